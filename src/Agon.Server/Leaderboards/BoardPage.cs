using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Domain.Scoring;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Server.Pages;
using Agon.Storage.Leaderboards;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Leaderboards;

/// <summary><c>/board/{name}</c>: one contest with the top of its ranking on each device; <c>?gpu&amp;page</c> leafs through one.</summary>
internal static class BoardPage
{
    private const int RowsOfPage = 100;

    // Enough for every real contest; it bounds what an address can ask for.
    private const int MostPages = 100_000;

    public static async Task<IResult> GetAsync(
        string leaderboard, HttpRequest request, Caller caller, BoardCache cache, LeaderboardAccess access, LeaderboardStore leaderboards, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!WholeNumber.TryQuery(request, "page", 1, out var page) || page is < 1 or > MostPages)
            return Page.NotFound($"The pages of a ranking have the numbers 1 to {MostPages}.");
        var gpu = request.Query["gpu"].ToString();
        return await cache.GetAsync(request, $"page\0{leaderboard}\0{page}\0{gpu}", async cancellation =>
        {
            // Whether a leaderboard is closed to the reader or was never there looks the same on a page.
            var (board, _) = await access.FindAsync(leaderboard, caller, cancellation);
            if (board is null)
                return (null, Page.NotFound($"There is no leaderboard called “{leaderboard}”."));
            var devices = gpu.Length == 0 ? board.Gpus : board.FindGpu(gpu) is { } device ? [device] : [];
            return devices.IsEmpty && gpu.Length > 0
                ? (null, Page.NotFound($"{board.Name} does not run on “{gpu}”."))
                : (BoardCache.IdOf(board), (await RenderAsync(board, devices, page!.Value, leaderboards, clock.GetUtcNow(), cancellation)).ToAnswer());
        }, cancellationToken);
    }

    private static async Task<Page> RenderAsync(
        Leaderboard board, IReadOnlyList<string> devices, int page, LeaderboardStore leaderboards, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rankings = new List<Html>();
        var unsandboxed = false;
        foreach (var gpu in devices)
        {
            var part = await RankingPart.ReadAsync(leaderboards, board, gpu, (page - 1) * RowsOfPage, RowsOfPage, cancellationToken);
            rankings.Add(Ranking(board, gpu, rankings.Count, part, page));
            unsandboxed |= part.Entries.Any(entry => entry.Unsandboxed);
        }
        return new Page(board.Name, Html.Of($"""
            <h1>{board.Name}</h1>
            {Facts(board, now)}
            {Html.Join(rankings)}
            {(board.Task.Description.Length == 0 ? default : Description(board.Task.Description))}
            {(board.Task.Trust == Trust.SelfReported ? SelfReported : default)}
            {(unsandboxed ? Unsandboxed : default)}
            """));
    }

    private static Html Facts(Leaderboard board, DateTimeOffset now) => Html.Of($"""
        <dl class="facts">
        <div><dt>Deadline</dt><dd><time datetime="{DeadlineText.Machine(board.Deadline)}">{DeadlineText.At(board.Deadline)}</time> ({DeadlineText.Left(board.Deadline, now)})</dd></div>
        <div><dt>Language</dt><dd>{Language(board.Task.Lang)}</dd></div>
        <div><dt>Devices</dt><dd>{string.Join(", ", board.Gpus)}</dd></div>
        <div><dt>Better is</dt><dd>{(board.Task.ScoreAscending ? "a lower time" : "a higher score")}</dd></div>
        </dl>
        """);

    private static Html Description(string text) => Html.Of($"""
        <details class="description" open>
        <summary>The task</summary>
        <pre tabindex="0" role="region" aria-label="Task description">{text}</pre>
        </details>
        """);

    private static Html Ranking(Leaderboard board, string gpu, int number, RankingPart part, int page) => Html.Of($"""
        <section aria-labelledby="ranking-{number}">
        <h2 id="ranking-{number}">Ranking on {gpu}</h2>
        {(part.Total == 0 ? Nobody(board, gpu) : Table(board, gpu, number, part))}
        {(part.Total > RowsOfPage ? Leafing(board, gpu, part, page) : default)}
        </section>

        """);

    private static Html Nobody(Leaderboard board, string gpu) => Html.Of(
        $"<p class=\"empty\">Nobody is ranked here yet. Be the first: agon submit FILE --leaderboard {board.Name} --gpu {gpu} --mode leaderboard</p>");

    private static Html Table(Leaderboard board, string gpu, int number, RankingPart part) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-labelledby="caption-{number}">
        <table>
        <caption id="caption-{number}">{board.Name} on {gpu}: each participant's best entry{(part.Total > RowsOfPage ? $", places {part.First} to {part.Last} of {part.Total}" : "")}</caption>
        <thead><tr><th scope="col">Rank</th><th scope="col">Participant</th><th scope="col" class="number">Score</th><th scope="col" class="number">Behind the one above</th><th scope="col">File</th><th scope="col">Submitted</th></tr></thead>
        <tbody>
        {Html.Join(part.Entries.Select((entry, row) => Row(board, entry, row == 0 ? part.Above : part.Entries[row - 1])))}
        </tbody>
        </table>
        </div>
        """);

    private static Html Leafing(Leaderboard board, string gpu, RankingPart part, int page)
    {
        Html Link(int to, string words) => Html.Of($"<a href=\"{ScoreLabels.PageOf(board)}?gpu={Uri.EscapeDataString(gpu)}&amp;page={to}\">{words}</a> ");
        return Html.Of($"""
            <nav class="pages" aria-label="Places on {gpu}">{(page > 1 ? Link(page - 1, $"The {RowsOfPage} before") : default)}{(part.Last < part.Total ? Link(page + 1, $"The next {RowsOfPage}") : default)}</nav>
            """);
    }

    private static Html Row(Leaderboard board, RankedEntry entry, RankedEntry? above) => Html.Of($"""
        <tr class="{Place(entry.Rank)}"><td class="rank">{entry.Rank}</td><th scope="row"><bdi>{entry.UserName}</bdi></th><td class="number">{TimeText.OfSeconds(entry.Score)}{ScoreLabels.Of(board, entry)}</td><td class="number">{Gap(entry, above)}</td><td><bdi>{entry.FileName}</bdi></td><td><time datetime="{DeadlineText.Machine(entry.SubmissionTime)}">{DeadlineText.At(entry.SubmissionTime)}</time></td></tr>

        """);

    private static string Gap(RankedEntry entry, RankedEntry? above) =>
        above is null ? "–" : $"+{TimeText.OfSeconds(Math.Abs(entry.Score - above.Score))}";

    private static Html SelfReported { get; } = Html.Of($"""
        <aside id="self-reported" aria-labelledby="self-reported-title">
        <h2 id="self-reported-title">What “self-reported” means</h2>
        <p>The program that checks and times an entry of this contest runs in the same process as the entry. A time is therefore
        the entry's own claim: a dishonest entry could report another one. Every ranked entry has also passed a run with a secret
        seed, and the code behind every place is kept.</p>
        </aside>
        """);

    private static Html Unsandboxed { get; } = Html.Of($"""
        <aside id="unsandboxed" aria-labelledby="unsandboxed-title">
        <h2 id="unsandboxed-title">What “UNSANDBOXED” means</h2>
        <p>The entry ran without walls, as a plain process of the machine that measured it: its operator trusts all who submit.
        Nothing but that trust kept it from other files, other programs and its own measurement.</p>
        </aside>
        """);

    private static string Place(int rank) => rank <= 3 ? $"place-{rank}" : "place";

    private static string Language(string lang) => lang switch
    {
        "py" => "Python",
        "cu" => "CUDA",
        "cpp" => "C++",
        _ => lang,
    };
}
