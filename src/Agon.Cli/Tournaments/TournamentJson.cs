using System.Text.Json.Serialization;
using Agon.Contracts.Tournaments;
using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Server.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>A tournament, as <c>list</c> and <c>create</c> print it.</summary>
internal sealed record TournamentLine(
    Guid TournamentId, string Name, string ImageType, string Status, DateOnly RegistrationStart, DateOnly RegistrationEnd, DateOnly CompetitionStart, DateOnly CompetitionEnd,
    int CurrentDay, int EpochDays, int MaxParticipants, IReadOnlyList<string> TestNetworks, IReadOnlyList<int> TestWindowDays, string? WinnerHotkey, bool BaselineBeaten)
{
    public static TournamentLine Of(Tournament one) => new(
        one.TournamentId, one.Name, ContractWord.Of(one.ImageType), ContractWord.Of(one.Status), one.Schedule.RegistrationStart, one.Schedule.RegistrationEnd,
        one.Schedule.CompetitionStart, one.Schedule.CompetitionEnd, one.CurrentDay, one.Schedule.EpochDays, one.MaxParticipants, one.TestNetworks, one.TestWindowDays,
        one.WinnerHotkey, one.BaselineBeaten);

    public static TournamentLine Of(ListedTournamentView one) => new(
        one.TournamentId, one.Name, one.ImageType, one.Status, one.RegistrationStart, one.RegistrationEnd, one.CompetitionStart, one.CompetitionEnd,
        one.CurrentDay, one.Configuration.EpochDays, one.Configuration.MaxParticipants, one.Configuration.TestNetworks, one.Configuration.TestWindowDays,
        one.Winner?.Hotkey, one.Winner is { BeatBaseline: true });

    public static TournamentLine Of(TournamentView one) => new(
        one.TournamentId, one.Name, one.ImageType, one.Status, one.Schedule.RegistrationStart, one.Schedule.RegistrationEnd,
        one.Schedule.CompetitionStart, one.Schedule.CompetitionEnd, one.Results.CurrentDay, one.Configuration.EpochDays, one.Configuration.MaxParticipants,
        one.Configuration.TestNetworks, one.Configuration.TestWindowDays, one.Results.WinnerHotkey, one.Results.BaselineBeaten);
}

/// <summary>One who takes part.</summary>
internal sealed record ParticipantLine(
    string Hotkey, string ParticipantType, int RegistrationOrder, string Status, string? GithubRepository, string? CommitHash, bool IsDisqualified,
    string? DisqualificationReason, int? DisqualifiedOnDay)
{
    public static ParticipantLine Of(Participant one) => new(
        one.Hotkey, ContractWord.Of(one.Type), one.RegistrationOrder, ContractWord.Of(one.Status), one.GithubRepository, one.CommitHash, one.IsDisqualified,
        one.DisqualificationReason, one.DisqualifiedOnDay);

    /// <summary>As much as a server says when it takes one.</summary>
    public static ParticipantLine Of(RegisteredView one, string? repository) => new(
        one.Hotkey, ContractWord.Of(Domain.Tournaments.ParticipantType.Miner), one.RegistrationOrder, one.Status, repository, CommitHash: null, IsDisqualified: false,
        DisqualificationReason: null, DisqualifiedOnDay: null);

    public static ParticipantLine Of(ParticipantView one) => new(
        one.Hotkey, one.ParticipantType, one.RegistrationOrder, one.Status, one.GithubRepository, one.CommitHash, one.IsDisqualified, one.DisqualificationReason,
        one.DisqualifiedOnDay);
}

/// <summary>One run.</summary>
internal sealed record RunLine(
    Guid RunId, DateOnly TestDate, int RunOrder, string Hotkey, string Network, int WindowDays, string Status, double ExecutionTimeSeconds, double Recall,
    bool DataCorrectnessPassed, int? ContainerExitCode, string? ErrorMessage, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int? Attempts, string? Fault)
{
    private static readonly string[] Finished = ["completed", "timeout", "failed"];

    [JsonIgnore]
    public bool IsFinished => Finished.Contains(Status);

    public static RunLine Of(RecordedRun one) => new(
        one.Run.RunId, one.Run.Slot.TestDate, one.Run.RunOrder, one.Run.Hotkey, one.Run.Slot.Network, one.Run.Slot.WindowDays, ContractWord.Of(one.Run.Status),
        one.Run.ExecutionTimeSeconds, one.Run.ToScored().Recall, one.Run.DataCorrectnessPassed, one.Run.ContainerExitCode, one.Run.ErrorMessage,
        one.StartedAt, one.EndedAt, one.Attempts, one.Fault);

    /// <summary>Those of a day; how often one was tried, and what hindered it, a server tells nobody.</summary>
    public static IEnumerable<RunLine> Of(CompetitionDayView day) => day.Runs.SelectMany(own => own.NetworkRuns.Select(run => new RunLine(
        run.RunId, day.TestDate, run.RunOrder, own.Hotkey, run.Network, run.WindowDays, run.Status, run.Performance.ExecutionTimeSeconds,
        run.RiskScores?.AucRoc ?? run.SyntheticPatterns.Recall, run.DataValidation.DataCorrectnessPassed, run.Performance.ContainerExitCode, run.ErrorMessage,
        // Of a run that waits it says when that was planned.
        run.Status == "pending" ? null : run.StartedAt, run.CompletedAt, Attempts: null, Fault: null)));
}

/// <summary>A run outside of any tournament, as <c>try</c> prints it; what is not of its type is null.</summary>
internal sealed record TryLine(
    Guid RunId, Guid? TournamentId, string Hotkey, string ImageType, string Network, DateOnly TestDate, int WindowDays, string Status, double ExecutionTimeSeconds,
    bool DataCorrectnessPassed, double? SyntheticPatternsRecall, int? SyntheticPatternsExpected, int? SyntheticPatternsFound, double? AucRoc,
    [property: JsonPropertyName("precision_at_recall_80")] double? PrecisionAtRecall80,
    int? ContainerExitCode, string? ErrorMessage, long? MemoryPeakBytes, string LogTail)
{
    public static TryLine Of(Guid runId, ImageType type, string hotkey, Slot slot, RunResult result) => new(
        runId, null, hotkey, ContractWord.Of(type), slot.Network, slot.TestDate, slot.WindowDays, ContractWord.Of(result.Status), result.ExecutionTimeSeconds,
        result.DataCorrectnessPassed, result.Patterns?.SyntheticPatternsRecall, result.Patterns?.SyntheticPatternsExpected, result.Patterns?.SyntheticPatternsFound,
        result.Risk?.AucRoc, result.Risk?.PrecisionAtRecall80, result.ExitCode, result.Error, result.PeakMemoryBytes, result.LogTail);
}

/// <summary>All of a tournament, as <c>show</c> prints it.</summary>
internal sealed record TournamentDetails(
    TournamentLine Tournament, string? EpochStatus, IReadOnlyList<ParticipantLine> Participants, IReadOnlyList<RunLine> Runs, TournamentOutcomeView? Outcome, string? Promotion,
    string? PromotionReason, string? WaitsForMachine);

/// <summary>What a call of the orchestrator did, or would do.</summary>
internal sealed record StepLine(Guid TournamentId, TournamentStepView Step, IReadOnlyList<RunLine> Runs);

internal sealed record BaselineLine(
    Guid BaselineId, string ImageType, string Version, string Status, string GithubRepository, string DockerImageTag, string CommitHash,
    string? OriginatedFromHotkey, Guid? OriginatedFromTournamentId, DateTimeOffset? ActivatedAt)
{
    public static BaselineLine Of(Baseline one) => new(
        one.BaselineId, ContractWord.Of(one.ImageType), $"{one.Version}", ContractWord.Of(one.Status), one.GithubRepository, one.DockerImageTag, one.CommitHash,
        one.OriginatedFromHotkey, one.OriginatedFromTournamentId, one.ActivatedAt);
}

internal sealed record PromotionLine(Guid TournamentId, string State, Guid? BaselineId, string? Reason)
{
    public static PromotionLine Of(Guid tournamentId, PromotionReport report) => new(tournamentId, ContractWord.Of(report.State), report.BaselineId, report.Reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TournamentLine))]
[JsonSerializable(typeof(IReadOnlyList<TournamentLine>))]
[JsonSerializable(typeof(TournamentDetails))]
[JsonSerializable(typeof(ParticipantLine))]
[JsonSerializable(typeof(StepLine))]
[JsonSerializable(typeof(BaselineLine))]
[JsonSerializable(typeof(IReadOnlyList<BaselineLine>))]
[JsonSerializable(typeof(PromotionLine))]
[JsonSerializable(typeof(TryLine))]
internal sealed partial class TournamentJson : JsonSerializerContext;
