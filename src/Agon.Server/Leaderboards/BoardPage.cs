using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Domain.Scoring;
using Agon.Server.Accounts;
using Agon.Server.Pages;
using Agon.Storage.Leaderboards;

namespace Agon.Server.Leaderboards;

/// <summary><c>/board/{name}</c>: one contest with its ranking on each device.</summary>
internal static class BoardPage
{
    private const int MostRows = 1000;

    public static async Task<Page> GetAsync(
        string leaderboard, Caller caller, LeaderboardAccess access, LeaderboardStore leaderboards, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Whether a leaderboard is closed to the reader or was never there looks the same on a page.
        var (board, _) = await access.FindAsync(leaderboard, caller, cancellationToken);
        if (board is null)
            return Page.NotFound($"There is no leaderboard called “{leaderboard}”.");

        var rankings = new List<Html>();
        var unsandboxed = false;
        foreach (var gpu in board.Gpus)
        {
            var entries = await leaderboards.RankAsync(board, gpu, MostRows, offset: 0, cancellationToken);
            rankings.Add(Ranking(board, gpu, rankings.Count, entries));
            unsandboxed |= entries.Any(entry => entry.Unsandboxed);
        }
        return new Page(board.Name, Html.Of($"""
            <h1>{board.Name}</h1>
            {Facts(board, clock.GetUtcNow())}
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

    private static Html Ranking(Leaderboard board, string gpu, int number, IReadOnlyList<RankedEntry> entries) => Html.Of($"""
        <section aria-labelledby="ranking-{number}">
        <h2 id="ranking-{number}">Ranking on {gpu}</h2>
        {(entries.Count == 0 ? Html.Of($"<p class=\"empty\">Nobody is ranked here yet. Be the first: agon submit FILE --leaderboard {board.Name} --gpu {gpu} --mode leaderboard</p>") : Table(board, gpu, number, entries))}
        </section>

        """);

    private static Html Table(Leaderboard board, string gpu, int number, IReadOnlyList<RankedEntry> entries) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-labelledby="caption-{number}">
        <table>
        <caption id="caption-{number}">{board.Name} on {gpu}: each participant's best entry{(entries.Count == MostRows ? $", the first {MostRows}" : "")}</caption>
        <thead><tr><th scope="col">Rank</th><th scope="col">Participant</th><th scope="col" class="number">Score</th><th scope="col" class="number">Behind the one above</th><th scope="col">File</th><th scope="col">Submitted</th></tr></thead>
        <tbody>
        {Html.Join(entries.Select((entry, row) => Row(board, entry, row == 0 ? null : entries[row - 1])))}
        </tbody>
        </table>
        </div>
        """);

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
