using System.Globalization;
using Agon.Domain.Tournaments;
using Agon.Server.Pages;

namespace Agon.Server.Tournaments;

/// <summary>How accuracy and time went day by day: one line a participant, the baseline's dashed beside them. The tables say the same in numbers.</summary>
internal static class DayPlots
{
    // As many as the stylesheet has colours; more lines could not be told apart.
    private const int MostLines = 9;

    // In the drawing's own units.
    private const double Left = 62, Right = 620, Top = 12, Bottom = 200;

    public static Html Of(Tournament tournament, IReadOnlyList<Participant> participants, IReadOnlyList<TournamentRun> runs)
    {
        var finished = runs.Where(run => run.ToScored().IsFinished).ToLookup(run => run.Hotkey);
        var lines = participants.Where(one => finished.Contains(one.Hotkey)).Take(MostLines).ToList();
        if (lines.Count == 0)
            return default;
        var left = participants.Count(one => finished.Contains(one.Hotkey)) - lines.Count;
        return Html.Of($"""
            <div class="plots">
            {Plot(tournament, "accuracy", $"{TournamentTables.Accuracy(tournament)} by day", lines, finished, run => run.ToScored().CountedRecall, atLeast: 1, digits: 2)}
            {Plot(tournament, "time", "Execution time by day, in seconds", lines, finished, run => run.ExecutionTimeSeconds, atLeast: 0, digits: 3)}
            </div>
            <ul class="legend" aria-label="Lines">{Html.Join(lines.Select((one, n) => Html.Of($"<li class=\"line-{n}\"><bdi>{one.Hotkey}</bdi></li>")))}{(left > 0 ? Html.Of($"<li class=\"quiet\">and {left} more in the tables</li>") : default)}</ul>
            """);
    }

    private static Html Plot(
        Tournament tournament, string id, string title, List<Participant> lines, ILookup<string, TournamentRun> finished, Func<TournamentRun, double> value, double atLeast, int digits)
    {
        var points = lines.Select(one => finished[one.Hotkey].GroupBy(run => tournament.Schedule.NumberOf(run.Slot.TestDate)).OrderBy(day => day.Key)
            .Select(day => (Day: day.Key, Value: day.Average(value))).ToList()).ToList();
        var most = Math.Max(atLeast, points.SelectMany(line => line).Max(point => point.Value));
        double X(int day) => tournament.Schedule.EpochDays == 1 ? (Left + Right) / 2 : Left + ((Right - Left) * (day - 1) / (tournament.Schedule.EpochDays - 1));
        double Y(double of) => most == 0 ? Bottom : Bottom - ((Bottom - Top) * of / most);
        return Html.Of($"""
            <svg class="plot" viewBox="0 0 640 248" role="img" aria-labelledby="plot-{id}">
            <title id="plot-{id}">{title}; mean over a day's runs</title>
            {Html.Join(new[] { 0, most / 2, most }.Distinct().Select(of => Html.Of($"<line class=\"grid\" x1=\"{At(Left)}\" y1=\"{At(Y(of))}\" x2=\"{At(Right)}\" y2=\"{At(Y(of))}\"/><text x=\"{At(Left - 6)}\" y=\"{At(Y(of) + 4)}\" text-anchor=\"end\">{TournamentWords.Number(of, digits)}</text>")))}
            {Html.Join(Labelled(tournament.Schedule.EpochDays).Select(day => Html.Of($"<text x=\"{At(X(day))}\" y=\"{At(Bottom + 18)}\" text-anchor=\"middle\">{day}</text>")))}
            {Html.Join(points.Select((line, n) => Html.Of($"""
                <g class="line-{n}"><polyline points="{string.Join(' ', line.Select(point => $"{At(X(point.Day))},{At(Y(point.Value))}"))}"/>{Html.Join(line.Select(point => Html.Of($"<circle cx=\"{At(X(point.Day))}\" cy=\"{At(Y(point.Value))}\" r=\"3\"><title>{lines[n].Hotkey}, day {point.Day}: {TournamentWords.Number(point.Value, 4)}</title></circle>")))}</g>

                """)))}
            <text x="{At(Left)}" y="240" class="quiet">{title}</text>
            </svg>
            """);
    }

    // At most ten numbers stand under a plot.
    private static IEnumerable<int> Labelled(int days)
    {
        var step = (days + 9) / 10;
        for (var day = 1; day <= days; day += step)
            yield return day;
    }

    private static string At(double unit) => unit.ToString("0.#", CultureInfo.InvariantCulture);
}
