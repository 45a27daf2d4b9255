using Agon.Domain.Leaderboards;
using Agon.Domain.Scoring;
using Agon.Server.Pages;
using Agon.Storage.Leaderboards;

namespace Agon.Server.Leaderboards;

/// <summary><c>/</c>: the open contests, then those that have ended, each with its leader.</summary>
internal static class HomePage
{
    public static async Task<Page> GetAsync(LeaderboardStore leaderboards, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var tiles = new List<(Leaderboard Board, Html Tile)>();
        foreach (var board in (await leaderboards.ListAsync(cancellationToken)).Where(board => board.IsPublic))
        {
            var leaders = board.Gpus.IsEmpty ? [] : await leaderboards.RankAsync(board, board.Gpus[0], limit: 3, offset: 0, cancellationToken);
            tiles.Add((board, Tile(board, leaders, now)));
        }

        var open = tiles.Where(tile => tile.Board.Deadline >= now).OrderBy(tile => tile.Board.Deadline).Select(tile => tile.Tile).ToList();
        var ended = tiles.Where(tile => tile.Board.Deadline < now).OrderByDescending(tile => tile.Board.Deadline).Select(tile => tile.Tile).ToList();
        return new Page("Leaderboards", Html.Of($"""
            <h1>Leaderboards</h1>
            {Section("open", "Open", open, "No contest is open. An operator adds one with agon problems sync.")}
            {(ended.Count == 0 ? default : Section("ended", "Ended", ended, ""))}
            """));
    }

    private static Html Section(string id, string title, List<Html> tiles, string whenEmpty) => Html.Of($"""
        <section aria-labelledby="{id}">
        <h2 id="{id}">{title}</h2>
        {(tiles.Count == 0 ? Html.Of($"<p class=\"empty\">{whenEmpty}</p>") : Html.Of($"<ul class=\"tiles\">{Html.Join(tiles)}</ul>"))}
        </section>
        """);

    private static Html Tile(Leaderboard board, IReadOnlyList<RankedEntry> leaders, DateTimeOffset now) => Html.Of($"""
        <li class="tile">
        <h3><a href="{ScoreLabels.PageOf(board)}">{board.Name}</a></h3>
        <p class="quiet"><time datetime="{DeadlineText.Machine(board.Deadline)}">{DeadlineText.Left(board.Deadline, now)}</time> · {string.Join(", ", board.Gpus)}</p>
        {(leaders.Count == 0 ? Html.Of($"<p class=\"empty\">Nobody is ranked yet.</p>") : Leaders(board, leaders))}
        </li>

        """);

    private static Html Leaders(Leaderboard board, IReadOnlyList<RankedEntry> leaders) => Html.Of($"""
        <ol class="leaders" aria-label="Best on {board.Gpus[0]}">
        {Html.Join(leaders.Select(entry => Html.Of($"<li value=\"{entry.Rank}\"><bdi>{entry.UserName}</bdi> <span class=\"number\">{TimeText.OfSeconds(entry.Score)}{ScoreLabels.Of(board, entry, ScoreLabels.PageOf(board))}</span></li>")))}
        </ol>
        """);
}
