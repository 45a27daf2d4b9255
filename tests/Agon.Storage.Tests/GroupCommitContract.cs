using System.Data.Common;
using Agon.Domain.Submissions;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests;

public abstract class GroupCommitContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    [ContractFact]
    public async Task What_is_answered_is_there_for_everybody()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await using var another = Place.Open();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            var accepted = await SubmitAsync(leaderboard, user, code: $"print({number})");
            Assert.Equal($"print({number})", (await new SubmissionStore(another).FindAsync(accepted.Id, None))!.Code);
        }));
        Assert.Equal(100, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
    }

    [ContractFact]
    public async Task One_that_fails_takes_no_neighbour_along_and_leaves_nothing_behind()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await using var first = await HeldAsync();
        var before = SubmitAsync(leaderboard, user, code: "before");
        var nowhere = Submissions.AcceptAsync(
            new NewSubmission(leaderboard with { Id = 4711 }, user.Id, "entry.py", "lost", SubmissionMode.Test, ["CPU"]), Now, None);
        var after = SubmitAsync(leaderboard, user, code: "after");
        first.Release();

        await Assert.ThrowsAnyAsync<DbException>(() => nowhere);
        Assert.NotEqual((await before).Id, (await after).Id);
        Assert.Equal(2, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
        Assert.Equal(2, await RowAsync<long>("SELECT COUNT(*) FROM code_files"));
    }

    /// <summary>A write that is at work until it is released.</summary>
    protected async Task<HeldWrite> HeldAsync()
    {
        var begun = new TaskCompletionSource();
        var held = new HeldWrite();
        held.Written = Database.Together.WriteAsync(async _ =>
        {
            begun.TrySetResult();
            await held.Released;
            return true;
        }, None);
        await begun.Task;
        return held;
    }

    protected sealed class HeldWrite : IAsyncDisposable
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Released => released.Task;

        public Task Written { get; set; } = Task.CompletedTask;

        public void Release() => released.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            Release();
            await Written;
        }
    }
}

/// <summary>PostgreSQL joins commits by itself.</summary>
public sealed class GroupCommitOnSqlite() : GroupCommitContract(OnSqlite)
{
    [ContractFact]
    public async Task Writes_that_come_while_another_is_written_share_a_transaction()
    {
        await using var first = await HeldAsync();
        var sessions = Enumerable.Range(0, 50).Select(_ => Database.Together.WriteAsync(session => Task.FromResult(session), None)).ToList();
        first.Release();
        Assert.Single((await Task.WhenAll(sessions)).Distinct());
    }

    [ContractFact]
    public async Task One_whose_caller_has_gone_is_not_written()
    {
        using var gone = new CancellationTokenSource();
        await using var first = await HeldAsync();
        var done = false;
        var unwanted = Database.Together.WriteAsync(_ => Task.FromResult(done = true), gone.Token);
        await gone.CancelAsync();
        first.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unwanted);
        Assert.False(done);
    }

    [ContractFact]
    public async Task No_more_wait_than_are_done_in_good_time()
    {
        await using var first = await HeldAsync();
        var waiting = Enumerable.Range(0, 1000).Select(_ => Database.Together.WriteAsync(session => Task.FromResult(session), None)).ToList();
        await Assert.ThrowsAsync<TimeoutException>(() => Database.Together.WriteAsync(session => Task.FromResult(session), None));
        first.Release();
        await Task.WhenAll(waiting);
    }
}

[NeedsPostgres]
public sealed class GroupCommitOnPostgres() : GroupCommitContract(OnPostgres);
