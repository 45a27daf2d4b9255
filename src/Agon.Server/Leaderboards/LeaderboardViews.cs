using System.Globalization;
using Agon.Contracts.Leaderboards;
using Agon.Contracts.Problems;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;

namespace Agon.Server.Leaderboards;

/// <summary>Leaderboards as everybody may see them: no seed, no file.</summary>
internal static class LeaderboardViews
{
    public static LeaderboardView Of(Leaderboard leaderboard) => new()
    {
        Id = leaderboard.Id,
        Name = leaderboard.Name,
        Deadline = leaderboard.Deadline,
        Task = Of(leaderboard.Task),
        GpuTypes = [.. leaderboard.Gpus],
        CreatorId = leaderboard.CreatorId,
        ForumId = leaderboard.ForumId,
        Description = leaderboard.Task.Description,
        Visibility = leaderboard.Visibility,
    };

    public static RankedEntryView Of(RankedEntry entry, Leaderboard leaderboard, string gpu) => new()
    {
        SubmissionId = entry.SubmissionId,
        Rank = entry.Rank,
        SubmissionName = entry.FileName,
        SubmissionTime = entry.SubmissionTime,
        SubmissionScore = entry.Score,
        LeaderboardName = leaderboard.Name,
        UserId = UserId(entry.UserId),
        UserName = entry.UserName,
        GpuType = gpu,
        Trust = TrustWord(leaderboard.Task.Trust),
    };

    // The contract has a number here, but ids are text: those that are no number stay what they are.
    private static object UserId(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : id;

    private static string TrustWord(Trust trust) => trust switch
    {
        Trust.SelfReported => "self_reported",
        _ => throw new ArgumentOutOfRangeException(nameof(trust), trust, "has no word"),
    };

    private static PublicTaskView Of(TaskDefinition task) => new()
    {
        Lang = task.Lang,
        Tests = WithoutSeeds(task.Tests),
        TestTimeout = task.TestTimeoutSeconds,
        Benchmarks = WithoutSeeds(task.Benchmarks),
        BenchmarkTimeout = task.BenchmarkTimeoutSeconds,
        RankedTimeout = task.RankedTimeoutSeconds,
        RankingBy = TaskDocument.RankingWord(task.RankingBy),
        MultiGpu = task.MultiGpu,
        ScoreAscending = task.ScoreAscending,
    };

    private static IReadOnlyList<Case> WithoutSeeds(IEnumerable<Case> cases) =>
        [.. cases.Select(item => new Case(item.Where(argument => argument.Key != "seed")))];
}
