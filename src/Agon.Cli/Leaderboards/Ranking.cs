using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Leaderboards;
using Agon.Domain.Scoring;

namespace Agon.Cli.Leaderboards;

/// <summary>A board as the server gives it.</summary>
internal static class Ranking
{
    public static IReadOnlyList<RankedEntryView> Parse(string json) =>
        JsonSerializer.Deserialize(json, AgonJson.Default.IReadOnlyListRankedEntryView) is { } entries && entries.All(entry => entry is not null)
            ? entries
            : throw new JsonException("the ranking lacks an entry");

    public static IEnumerable<string> Table(IReadOnlyList<RankedEntryView> entries) => TextTable.Of(
        ["rank", "name", "score", "entry", "handed in (UTC)", "measured by"],
        entries.Select(entry => new[]
        {
            $"{entry.Rank}",
            entry.UserName,
            TimeText.OfSeconds(entry.SubmissionScore),
            entry.SubmissionName,
            $"{entry.SubmissionTime.UtcDateTime:yyyy-MM-dd HH:mm:ss}",
            entry.Trust.Replace('_', '-'),
        }));
}
