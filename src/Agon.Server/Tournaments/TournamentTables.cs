using Agon.Domain.Tournaments;
using Agon.Server.Pages;
using Agon.Storage.Tournaments;
using static Agon.Server.Tournaments.TournamentWords;

namespace Agon.Server.Tournaments;

/// <summary>The tables of a tournament's page.</summary>
internal static class TournamentTables
{
    // A page stays a page; all of them are in the API.
    private const int MostRows = 500;

    public static Html Standings(Tournament tournament, IReadOnlyList<ScoredResult> results) => Section("standings", "Standings", Html.Of($"""
        {Table("standings", Cut("By final score", results.Count), Html.Of($"<th scope=\"col\">Rank</th><th scope=\"col\">Participant</th><th scope=\"col\" class=\"number\">Score</th><th scope=\"col\" class=\"number\">Accuracy</th><th scope=\"col\" class=\"number\">Correct</th><th scope=\"col\" class=\"number\">Speed</th><th scope=\"col\" class=\"number\">Mean time</th><th scope=\"col\" class=\"number\">Days</th><th scope=\"col\">Remark</th>"),
            results.Take(MostRows).Select(one => Standing(tournament, one.Result)))}
        <p>{(tournament.WinnerHotkey is null ? "Nobody has won." : tournament.BaselineBeaten ? "The winner beat the baseline." : "Nobody beat the baseline.")}</p>
        """));

    public static Html Participants(Tournament tournament, IReadOnlyList<Participant> participants) => Section("participants", "Participants", Table(
        "participants", Cut("In the order in which they run", participants.Count),
        Html.Of($"<th scope=\"col\" class=\"number\">Number</th><th scope=\"col\">Participant</th><th scope=\"col\">Status</th><th scope=\"col\">Commit</th><th scope=\"col\">Remark</th>"),
        participants.Take(MostRows).Select(one => Html.Of($"""
            <tr><td class="number">{one.RegistrationOrder}</td><th scope="row"><bdi>{one.Hotkey}</bdi></th><td>{ContractWord.Of(one.Status)}</td><td>{one.CommitHash?[..Math.Min(12, one.CommitHash.Length)] ?? "–"}</td><td>{(one.Type == ParticipantType.Baseline ? "baseline" : Out(one.IsDisqualified, one.DisqualificationReason, one.DisqualifiedOnDay, tournament.MaxExecutionTimeSeconds))}</td></tr>

            """))));

    public static Html Day(Tournament tournament, DateOnly date, IReadOnlyList<TournamentRun> runs, bool isOpen)
    {
        var number = tournament.Schedule.NumberOf(date);
        return Html.Of($"""
            <details class="day"{(isOpen ? Html.Of($" open") : default)}>
            <summary>Day {number}, {TournamentWords.Day(date)}: {runs.Count(run => run.ToScored().IsFinished)} of {runs.Count} runs have ended</summary>
            {Table($"day-{number}", Cut($"Day {number}, in the order of the runs", runs.Count), Html.Of($"<th scope=\"col\" class=\"number\">Run</th><th scope=\"col\">Participant</th><th scope=\"col\">Network</th><th scope=\"col\" class=\"number\">Window</th><th scope=\"col\">Status</th><th scope=\"col\" class=\"number\">{Accuracy(tournament)}</th><th scope=\"col\" class=\"number\">Time</th><th scope=\"col\">Data</th><th scope=\"col\">Remark</th>"),
                runs.Take(MostRows).Select(run => Run(tournament, run)))}
            </details>

            """);
    }

    public static string Accuracy(Tournament tournament) => tournament.ImageType == ImageType.Ml ? "AUC-ROC" : "Recall";

    private static Html Standing(Tournament tournament, TournamentResult one) => Html.Of($"""
        <tr class="{(one.IsWinner ? "place-1" : "place")}"><td class="rank">{one.Rank}</td><th scope="row"><bdi>{one.Hotkey}</bdi></th><td class="number">{Number(one.FinalScore, 4)}</td><td class="number">{Number(one.PatternAccuracyScore, 4)}</td><td class="number">{Number(one.DataCorrectnessScore, 0)}</td><td class="number">{Number(one.PerformanceScore, 4)}</td><td class="number">{Number(one.AverageExecutionTimeSeconds, 3)} s</td><td class="number">{one.DaysCompleted}</td><td>{Remark(tournament, one)}</td></tr>

        """);

    private static string Remark(Tournament tournament, TournamentResult one) => one switch
    {
        { IsDisqualified: true } => Out(true, one.DisqualificationReason, one.DisqualifiedOnDay, tournament.MaxExecutionTimeSeconds),
        { Type: ParticipantType.Baseline } => "baseline",
        { IsWinner: true, BeatBaseline: true } => "winner, beat the baseline",
        { IsWinner: true } => "winner",
        { BeatBaseline: true } => "beat the baseline",
        _ => "",
    };

    private static Html Run(Tournament tournament, TournamentRun run)
    {
        var scored = run.ToScored();
        return Html.Of($"""
            <tr><td class="number">{run.RunOrder}</td><th scope="row"><bdi>{run.Hotkey}</bdi></th><td>{run.Slot.Network}</td><td class="number">{run.Slot.WindowDays}</td><td>{ContractWord.Of(run.Status)}</td><td class="number">{(scored.IsFinished ? Number(scored.CountedRecall, 4) : "–")}</td><td class="number">{(scored.IsFinished ? $"{Number(run.ExecutionTimeSeconds, 3)} s" : "–")}</td><td>{(!scored.IsFinished ? "–" : scored.IsCorrect ? "right" : "wrong")}</td><td>{(run.IsDisqualified ? DayViews.Message(run.DisqualificationReason, tournament.MaxExecutionTimeSeconds) : "")}</td></tr>

            """);
    }

    private static string Cut(string caption, int count) => count > MostRows ? $"{caption}; the first {MostRows} of {count}" : caption;

    private static Html Section(string id, string title, Html content) => Html.Of($"""
        <section aria-labelledby="{id}">
        <h2 id="{id}">{title}</h2>
        {content}
        </section>
        """);

    private static Html Table(string id, string caption, Html head, IEnumerable<Html> rows) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-labelledby="{id}-caption">
        <table>
        <caption id="{id}-caption">{caption}</caption>
        <thead><tr>{head}</tr></thead>
        <tbody>
        {Html.Join(rows)}
        </tbody>
        </table>
        </div>
        """);
}
