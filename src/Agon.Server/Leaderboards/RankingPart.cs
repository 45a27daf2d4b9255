using Agon.Domain.Leaderboards;
using Agon.Storage.Leaderboards;

namespace Agon.Server.Leaderboards;

/// <summary>Some places of a ranking, one after another.</summary>
/// <param name="Entries">The places.</param>
/// <param name="Above">The one before them; null at the top.</param>
/// <param name="First">The number of the first one, from 1; ties have numbers of their own.</param>
/// <param name="Total">How many there are in all.</param>
internal sealed record RankingPart(IReadOnlyList<RankedEntry> Entries, RankedEntry? Above, int First, long Total)
{
    public int Last => First + Entries.Count - 1;

    public static async Task<RankingPart> ReadAsync(
        LeaderboardStore leaderboards, Leaderboard board, string gpu, int offset, int count, CancellationToken cancellationToken)
    {
        var total = await leaderboards.CountAsync(board, gpu, userId: null, cancellationToken);
        if (offset == 0)
            return new RankingPart(await leaderboards.RankAsync(board, gpu, count, 0, cancellationToken), null, 1, total);
        var withAbove = await leaderboards.RankAsync(board, gpu, count + 1, offset - 1, cancellationToken);
        return new RankingPart([.. withAbove.Skip(1)], withAbove.Count > 0 ? withAbove[0] : null, offset + 1, total);
    }
}
