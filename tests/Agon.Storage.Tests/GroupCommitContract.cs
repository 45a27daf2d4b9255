using System.Collections.Concurrent;
using System.Data.Common;
using Agon.Domain.Submissions;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests;

public abstract class GroupCommitContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    private readonly ConcurrentBag<int> written = [];

    [ContractFact]
    public async Task What_is_answered_is_there_for_everybody()
    {
        var (leaderboard, user, store) = (await LeaderboardAsync(), await UserAsync(), Submissions);
        await using var another = Place.Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            var (accepted, _) = await store.AcceptAsync(
                new NewSubmission(leaderboard, user.Id, "entry.py", $"print({number})", SubmissionMode.Test, ["CPU"]), Now, None);
            Assert.Equal($"print({number})", (await new SubmissionStore(another).FindAsync(accepted!.Id, None))!.Code);
        }));
        Assert.Equal(100, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
    }

    [ContractFact]
    public async Task One_that_fails_takes_no_neighbour_along_and_leaves_nothing_behind()
    {
        var (leaderboard, user, store) = (await LeaderboardAsync(), await UserAsync(), Submissions);
        var entry = new NewSubmission(leaderboard, user.Id, "entry.py", "first", SubmissionMode.Test, ["CPU"]);
        var sent = new List<Task<(AcceptedSubmission? Accepted, RateUse? UsedUp)>>();
        Task nowhere;
        await using (await HoldWritesAsync())
        {
            sent.AddRange(Enumerable.Range(0, 5).Select(n => store.AcceptAsync(entry with { Code = $"before {n}" }, Now, None)));
            nowhere = store.AcceptAsync(entry with { Leaderboard = leaderboard with { Id = 4711 }, Code = "lost" }, Now, None);
            sent.AddRange(Enumerable.Range(0, 5).Select(n => store.AcceptAsync(entry with { Code = $"after {n}" }, Now, None)));
        }

        await Assert.ThrowsAnyAsync<DbException>(() => nowhere);
        Assert.Equal(10, (await Task.WhenAll(sent)).Select(one => one.Accepted!.Id).Distinct().Count());
        Assert.Equal(10, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
        Assert.Equal(10, await RowAsync<long>("SELECT COUNT(*) FROM code_files"));
    }

    [ContractFact]
    public async Task Those_that_share_a_transaction_count_for_each_other_as_if_they_had_come_in_turn()
    {
        var (leaderboard, store) = (await LeaderboardAsync(), Submissions);
        var users = new[] { await UserAsync("ada"), await UserAsync("bob") };
        await RateLimits.SetAsync(leaderboard, ModeCategory.Leaderboard, 3, None);
        var sent = new List<Task<(AcceptedSubmission? Accepted, RateUse? UsedUp)>>();
        await using (await HoldWritesAsync())
        {
            foreach (var n in Enumerable.Range(0, 10))
                sent.Add(store.AcceptAsync(new NewSubmission(leaderboard, users[n % 2].Id, "entry.py", $"{n / 4}", SubmissionMode.Leaderboard, ["CPU"]), Now, None));
        }
        var answers = await Task.WhenAll(sent);

        var refused = answers.Where(answer => answer.Accepted is null).Select(answer => answer.UsedUp);
        Assert.Equal(Enumerable.Repeat(new RateUse(ModeCategory.Leaderboard, 3, 3, Now.AddHours(1)), 4), refused);
        Assert.Equal(3, await RowAsync<long>("SELECT COUNT(*) FROM submission WHERE user_id = @Id", users[0]));
        Assert.Equal(await RowAsync<long>("SELECT COUNT(DISTINCT code_id) FROM submission"), await RowAsync<long>("SELECT COUNT(*) FROM code_files"));
        Assert.Equal(6, await RowAsync<long>("SELECT COUNT(*) FROM agon_event WHERE sequence = 1 AND kind = 'queued'"));
        // A public and a secret job each, and every job of a participant has a turn of its own.
        Assert.Equal(12, await RowAsync<long>("SELECT COUNT(*) FROM (SELECT DISTINCT s.user_id, j.start_tag FROM agon_job j JOIN submission s ON s.id = j.submission_id) turns"));
    }

    [ContractFact]
    public async Task Writes_that_come_while_others_are_written_share_a_transaction()
    {
        var group = Group();
        var sessions = new List<Task<Session>>();
        await using (await HoldWritesAsync())
            sessions.AddRange(Enumerable.Range(0, 50).Select(n => group.WriteAsync(n, None)));
        Assert.InRange((await Task.WhenAll(sessions)).Distinct().Count(), 1, 3);
        Assert.Equal(Enumerable.Range(0, 50), written.Order());
    }

    [ContractFact]
    public async Task One_whose_caller_has_gone_is_not_written()
    {
        using var gone = new CancellationTokenSource();
        var group = Group();
        var sent = new List<Task<Session>>();
        await using (await HoldWritesAsync())
        {
            // The first ones may be at work already.
            sent.AddRange(Enumerable.Range(0, 200).Select(n => group.WriteAsync(n, None)));
            sent.Add(group.WriteAsync(4711, gone.Token));
            await gone.CancelAsync();
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent[^1]);
        await Task.WhenAll(sent.SkipLast(1));
        Assert.DoesNotContain(4711, written);
    }

    [ContractFact]
    public async Task No_more_wait_than_are_done_in_good_time()
    {
        var group = Group();
        var sent = new List<Task<Session>>();
        await using (await HoldWritesAsync())
        {
            // Some of them do not wait, but are at work.
            await Assert.ThrowsAsync<TimeoutException>(async () =>
            {
                while (sent.Count < 2000)
                    sent.Add(group.WriteAsync(sent.Count, None));
                await Task.CompletedTask;
            });
            Assert.InRange(sent.Count, 1000, 1128);
        }
        await Task.WhenAll(sent);
    }

    [ContractFact]
    public async Task A_database_that_is_gone_is_not_waited_for_by_each_in_turn()
    {
        var tries = 0;
        var group = new GroupCommit<int, int>(Database, async (session, _) =>
        {
            await session.ExecuteAsync("UPDATE agon_intake SET is_open = is_open", null, None);
            Interlocked.Increment(ref tries);
            throw new TimeoutException("no answer");
        });
        var sent = new List<Task<int>>();
        await using (await HoldWritesAsync())
            sent.AddRange(Enumerable.Range(0, 60).Select(n => group.WriteAsync(n, None)));

        foreach (var one in sent)
            await Assert.ThrowsAsync<TimeoutException>(() => one);
        // Two for each group, of which there are a few: those that were at work already, and the others.
        Assert.InRange(tries, 1, 10);
    }

    /// <summary>Writes nothing that stays, and tells in which transaction.</summary>
    private GroupCommit<int, Session> Group() => new(Database, async (session, items) =>
    {
        await session.ExecuteAsync("UPDATE agon_intake SET is_open = is_open", null, None);
        foreach (var item in items)
            written.Add(item);
        return [.. items.Select(_ => session)];
    });

    /// <summary>Until it is disposed, no group gets any further than its first write.</summary>
    private async Task<IAsyncDisposable> HoldWritesAsync()
    {
        var session = await Database.WriteAsync(None);
        if (!Database.Dialect.OneWriter)
            await session.ExecuteAsync("LOCK TABLE code_files, agon_intake IN EXCLUSIVE MODE", null, None);
        return session;
    }
}

public sealed class GroupCommitOnSqlite() : GroupCommitContract(OnSqlite);

[NeedsPostgres]
public sealed class GroupCommitOnPostgres() : GroupCommitContract(OnPostgres);
