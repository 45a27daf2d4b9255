using Agon.Domain.Accounts;
using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Submissions;

public abstract class RateLimitContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    [ContractFact]
    public async Task No_more_are_accepted_in_an_hour_than_the_limit_allows()
    {
        var (board, ada) = (await LeaderboardAsync(), await UserAsync());
        await RateLimits.SetAsync(board, ModeCategory.Test, 2, None);

        Assert.Null(await TryAsync(board, ada, Now));
        Assert.Null(await TryAsync(board, ada, Now.AddMinutes(10), SubmissionMode.Benchmark));
        Assert.Equal(new RateUse(ModeCategory.Test, 2, 2, Now.AddHours(1)), await TryAsync(board, ada, Now.AddMinutes(20), SubmissionMode.Profile));
        Assert.NotNull(await TryAsync(board, ada, Now.AddHours(1).AddSeconds(-1)));
        Assert.Null(await TryAsync(board, ada, Now.AddHours(1)));
        Assert.Equal(Now.AddMinutes(70), (await TryAsync(board, ada, Now.AddHours(1)))!.FreeAt);
        Assert.Equal(3, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
    }

    [ContractFact]
    public async Task Categories_leaderboards_and_participants_are_counted_apart()
    {
        var (board, other) = (await LeaderboardAsync(), await LeaderboardAsync("other"));
        var (ada, bob) = (await UserAsync("ada"), await UserAsync("bob"));
        await RateLimits.SetAsync(board, ModeCategory.Leaderboard, 1, None);
        Assert.Null(await TryAsync(board, ada, Now, SubmissionMode.Leaderboard));

        Assert.NotNull(await TryAsync(board, ada, Now, SubmissionMode.Leaderboard));
        Assert.Null(await TryAsync(board, ada, Now));
        Assert.Null(await TryAsync(other, ada, Now, SubmissionMode.Leaderboard));
        Assert.Null(await TryAsync(board, bob, Now, SubmissionMode.Leaderboard));
    }

    [ContractFact]
    public async Task Submissions_that_come_at_once_never_exceed_the_limit()
    {
        var (board, ada) = (await LeaderboardAsync(), await UserAsync());
        await RateLimits.SetAsync(board, ModeCategory.Test, 5, None);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => TryAsync(board, ada, Now))));

        Assert.Equal(5, answers.Count(answer => answer is null));
        Assert.Equal(5, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
    }

    [ContractFact]
    public async Task What_the_platform_failed_at_does_not_count()
    {
        var (board, ada) = (await LeaderboardAsync(), await UserAsync());
        await RateLimits.SetAsync(board, ModeCategory.Test, 1, None);
        Assert.Null(await TryAsync(board, ada, Now));
        await SlotsAsync(1);
        for (var attempt = 1; attempt <= JobRules.MaxAttempts; attempt++)
        {
            Assert.NotNull(await TryAsync(board, ada, Now.AddMinutes(attempt)));
            await Jobs.FailAttemptAsync(await ClaimAsync(at: Now.AddMinutes(attempt)), "the runner vanished", Now.AddMinutes(attempt), None);
        }
        Assert.Null(await TryAsync(board, ada, Now.AddMinutes(5)));
    }

    [ContractFact]
    public async Task Deleting_a_submission_makes_no_room()
    {
        var (board, ada) = (await LeaderboardAsync(), await UserAsync());
        await RateLimits.SetAsync(board, ModeCategory.Test, 1, None);
        var id = (await SubmitAsync(board, ada, SubmissionMode.Test)).Id;
        Assert.True(await Submissions.DeleteAsync(id, None));

        Assert.Equal(Now.AddHours(1), (await TryAsync(board, ada, Now.AddMinutes(1)))!.FreeAt);
        Assert.Null(await TryAsync(board, ada, Now.AddHours(1)));
    }

    [ContractFact]
    public async Task A_limit_can_be_lowered_to_nothing_and_lifted()
    {
        var (board, ada) = (await LeaderboardAsync(), await UserAsync());
        Assert.Empty(await RateLimits.ListAsync(board, None));
        var first = await RateLimits.SetAsync(board, ModeCategory.Test, 3, None);
        for (var n = 0; n < 3; n++)
            Assert.Null(await TryAsync(board, ada, Now.AddMinutes(n)));

        Assert.Equal(first with { PerHour = 2 }, await RateLimits.SetAsync(board, ModeCategory.Test, 2, None));
        Assert.Equal(new RateUse(ModeCategory.Test, 3, 2, Now.AddMinutes(61)), await TryAsync(board, ada, Now.AddMinutes(3)));
        await RateLimits.SetAsync(board, ModeCategory.Test, 0, None);
        Assert.Equal(new RateUse(ModeCategory.Test, 0, 0, null), await TryAsync(board, await UserAsync("bob"), Now));
        Assert.Equal(0, Assert.Single(await RateLimits.ListAsync(board, None)).PerHour);

        Assert.True(await RateLimits.RemoveAsync(board, ModeCategory.Test, None));
        Assert.False(await RateLimits.RemoveAsync(board, ModeCategory.Test, None));
        Assert.Null(await TryAsync(board, ada, Now.AddMinutes(4)));
    }

    [ContractFact]
    public async Task The_intake_stays_as_it_was_set_whoever_opens_the_database()
    {
        Assert.True(await new IntakeStore(Database).IsOpenAsync(None));
        await new IntakeStore(Database).SetAsync(false, Now, None);
        await using var again = Place.Open();
        Assert.False(await new IntakeStore(again).IsOpenAsync(None));
        await new IntakeStore(again).SetAsync(true, Now, None);
        Assert.True(await new IntakeStore(Database).IsOpenAsync(None));
    }

    private async Task<RateUse?> TryAsync(Leaderboard board, User user, DateTimeOffset at, SubmissionMode mode = SubmissionMode.Test) =>
        (await Submissions.AcceptAsync(new NewSubmission(board, user.Id, "entry.py", "x", mode, ["CPU"]), at, None)).UsedUp;
}

public sealed class RateLimitOnSqlite() : RateLimitContract(OnSqlite);

[NeedsPostgres]
public sealed class RateLimitOnPostgres() : RateLimitContract(OnPostgres);
