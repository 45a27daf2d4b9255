using Agon.Cli.Leaderboards;
using Agon.Contracts.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>Tournaments in words, for people.</summary>
internal static class TournamentText
{
    public static IEnumerable<string> Of(TournamentNextView next) => [Line("one step", next.SingleStep), Line("one call", next.Tick)];

    public static IEnumerable<string> Of(TournamentOutcomeView outcome) =>
    [
        .. TextTable.Of(
            ["rank", "hotkey", "score", "accuracy", "correct", "speed", "seconds", "runs", "days", ""],
            outcome.Results.Select(result => new[]
            {
                $"{result.Rank}",
                result.Hotkey,
                $"{result.FinalScore:F4}",
                $"{result.PatternAccuracyScore:F4}",
                $"{result.DataCorrectnessScore:F0}",
                $"{result.PerformanceScore:F4}",
                $"{result.AverageExecutionTimeSeconds:F3}",
                $"{result.TotalRunsCompleted}",
                $"{result.DaysCompleted}",
                Note(result),
            })),
        $"winner: {outcome.WinnerHotkey ?? "nobody"}; promotion: {outcome.Promotion}",
    ];

    private static string Line(string what, TournamentStepView step)
    {
        var actions = step.Actions.Where(action => action != "execute_day").Concat(step.Days.Select(day => $"execute_day {day.Day} ({day.TestDate:yyyy-MM-dd})")).ToList();
        return $"{what}: {step.Status}, day {step.CurrentDay}: {(actions.Count == 0 ? "nothing to do" : string.Join(", ", actions))}";
    }

    private static string Note(TournamentResultView result) => result switch
    {
        { IsDisqualified: true, DisqualifiedOnDay: { } day } => $"disqualified on day {day}: {result.DisqualificationReason}",
        { IsDisqualified: true } => $"disqualified: {result.DisqualificationReason}",
        { ParticipantType: "baseline" } => "baseline",
        { IsWinner: true, BeatBaseline: true } => "winner, beat the baseline",
        { IsWinner: true } => "winner",
        { BeatBaseline: true } => "beat the baseline",
        _ => "",
    };
}
