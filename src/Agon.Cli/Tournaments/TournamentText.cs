using System.Globalization;
using Agon.Cli.Leaderboards;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

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

    /// <summary>All of a tournament.</summary>
    public static IEnumerable<string> Of(TournamentDetails all) =>
    [
        $"{all.Tournament.Name}: {all.Tournament.Status}, day {all.Tournament.CurrentDay} of {all.Tournament.EpochDays}",
        .. all.WaitsForMachine is { } machine
            ? [$"its runs wait for the machine {machine}, which makes none; if it is lost or renamed: agon tournament move --tournament-id {all.Tournament.TournamentId} --machine NAME"]
            : (IEnumerable<string>)[],
        .. TextTable.Of(
            ["number", "hotkey", "status", "runs", ""],
            all.Participants.Select(one => new[]
            {
                $"{one.RegistrationOrder}", one.Hotkey, one.Status, $"{all.Runs.Count(run => run.Hotkey == one.Hotkey && run.IsFinished)}", one.DisqualificationReason ?? "",
            })),
        .. all.Outcome is { } outcome ? Of(outcome) : [],
        .. all.Promotion is { } promotion ? [$"promotion: {promotion}{(all.PromotionReason is null ? "" : $": {all.PromotionReason}")}"] : (IEnumerable<string>)[],
    ];

    /// <summary>One run that ended.</summary>
    public static string Of(RecordedRun run) => string.Create(CultureInfo.InvariantCulture,
        $"{run.Run.Slot.TestDate:yyyy-MM-dd} {run.Run.RunOrder,3} {run.Run.Hotkey}, {run.Run.Slot.Network}, {run.Run.Slot.WindowDays} days: {ContractWord.Of(run.Run.Status)} after {run.Run.ExecutionTimeSeconds:F3} s, {Worth(run.Run)}");

    private static string Worth(TournamentRun run) => run switch
    {
        { ErrorMessage: { } error } => error,
        { DataCorrectnessPassed: false } => "its data is wrong",
        { Risk: { } risk } => string.Create(CultureInfo.InvariantCulture, $"auc_roc {risk.AucRoc:F4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"recall {run.ToScored().Recall:F4}"),
    };

    public static string Line(string what, TournamentStepView step)
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
