using Agon.Domain.Jobs;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Submissions;

/// <summary>What operators are shown of submissions.</summary>
public abstract class OperatorViewsContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    [ContractFact]
    public async Task Runs_come_whole_with_their_JSON()
    {
        var leaderboard = await LeaderboardAsync();
        var id = (await SubmitAsync(leaderboard, await UserAsync())).Id;
        await RunAllAsync();

        var runs = await Submissions.WholeRunsAsync(id, None);
        Assert.Equal(6, runs.Count);
        var ranked = runs.Single(run => run is { Secret: true, Mode: "leaderboard" });
        Assert.Equal(("0.25", "hello\n", "pass", "CPU"), (ranked.Score, ranked.Meta!.Value.GetProperty("stdout").GetString(),
            ranked.Result!.Value.GetProperty("check").GetString(), ranked.System!.Value.GetProperty("gpu").GetString()));
        Assert.Null(ranked.Compilation);
        Assert.Equal([id], await Submissions.IdsAsync(leaderboard.Id, 10, 0, None));
        Assert.Empty(await Submissions.IdsAsync(leaderboard.Id, 10, 1, None));
    }

    [ContractFact]
    public async Task Statistics_count_runs_and_their_times()
    {
        var leaderboard = await LeaderboardAsync();
        var ada = await UserAsync();
        await SubmitAsync(leaderboard, ada);
        await RunAllAsync();
        await SubmitAsync(leaderboard, ada, at: Now.AddDays(2));

        var all = await new StatsStore(Database).OfAsync(null, null, None);
        Assert.Equal((2, 1, 1, 1), (all.Submissions, all.Waiting, all.Users, all.UniqueCodes));
        var cpu = Assert.Single(all.Runners);
        Assert.Equal(("CPU", 6, 6, 2, 3), (cpu.Runner, cpu.Runs, cpu.Passed, cpu.Scored, cpu.Secret));
        Assert.Equal((62, 61, 6), (Math.Round(cpu.MaxDelaySeconds, 3), Math.Round(cpu.AvgDelaySeconds, 3), Math.Round(cpu.RuntimeSeconds, 3)));
        Assert.Empty(all.HeaviestUsers);

        var lastDay = await new StatsStore(Database).OfAsync("SUMS", Now, None);
        Assert.Equal((2, null), (lastDay.Submissions, lastDay.UniqueCodes));
        var heaviest = Assert.Single(lastDay.HeaviestUsers);
        Assert.Equal((ada.Id, 6), (heaviest.UserId, Math.Round(heaviest.Seconds, 3)));
        Assert.Equal(1, (await new StatsStore(Database).OfAsync("sums", Now.AddDays(1), None)).Submissions);
        Assert.Equal(0, (await new StatsStore(Database).OfAsync("absent", null, None)).Submissions);
    }

    [ContractFact]
    public async Task A_users_submissions_are_deleted_together()
    {
        var leaderboard = await LeaderboardAsync();
        var (ada, bob) = (await UserAsync("ada"), await UserAsync("bob"));
        await SubmitAsync(leaderboard, ada);
        await RunAllAsync();
        await SubmitAsync(leaderboard, ada);
        var kept = await SubmitAsync(leaderboard, bob);

        Assert.Equal(new DeletedSubmissions(2, 6, 2), await Submissions.DeleteOfUserAsync(leaderboard.Id, "ada", None));
        Assert.Equal(new DeletedSubmissions(0, 0, 0), await Submissions.DeleteOfUserAsync(leaderboard.Id, "nobody", None));
        Assert.Null(await Submissions.DeleteOfUserAsync(leaderboard.Id + 1, "ada", None));
        Assert.Equal([kept.Id], await Submissions.IdsAsync(leaderboard.Id, 10, 0, None));
    }

    /// <summary>Every waiting job, a minute later and each with runs of a second.</summary>
    private async Task RunAllAsync()
    {
        await SlotsAsync(4);
        while (await TryClaimAsync() is { } lease)
            Assert.True(await Jobs.CompleteAsync(lease, Some.RankedReport(Now.AddMinutes(1)), JobOutcome.Succeeded, 0.25, Now.AddSeconds(1), None));
    }
}

public sealed class OperatorViewsOnSqlite() : OperatorViewsContract(OnSqlite);

[NeedsPostgres]
public sealed class OperatorViewsOnPostgres() : OperatorViewsContract(OnPostgres);
