using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Contracts.Accounts;
using Agon.Contracts.Admin;
using Agon.Contracts.Datasets;
using Agon.Contracts.Health;
using Agon.Contracts.Leaderboards;
using Agon.Contracts.Problems;
using Agon.Contracts.Repositories;
using Agon.Contracts.Runs;
using Agon.Contracts.Submissions;
using Agon.Contracts.Tournaments;

namespace Agon.Contracts;

/// <summary>Every type that is ever JSON, in one place: files, database columns, the wire.</summary>
/// <remarks>
/// A member with a default has a setter, not init: generated readers fill every init member, with null or 0 where the
/// JSON is silent.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(CaseJsonConverter)])]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(TaskView))]
[JsonSerializable(typeof(TaskCheckView))]
[JsonSerializable(typeof(RepositoryCheckView))]
[JsonSerializable(typeof(AgonDocument))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(FullResult))]
[JsonSerializable(typeof(EvaluationView))]
[JsonSerializable(typeof(SystemDocument))]
[JsonSerializable(typeof(CompilationDocument))]
[JsonSerializable(typeof(HarnessRunDocument))]
[JsonSerializable(typeof(RunMetaDocument))]
[JsonSerializable(typeof(RunnerLine))]
[JsonSerializable(typeof(IReadOnlyList<LeaderboardView>))]
[JsonSerializable(typeof(IReadOnlyList<RankedEntryView>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(NewUserView))]
[JsonSerializable(typeof(SubmissionAcceptedView))]
[JsonSerializable(typeof(RunnerQueueView))]
[JsonSerializable(typeof(SubmissionView))]
[JsonSerializable(typeof(QueuedEventView))]
[JsonSerializable(typeof(PhaseEventView))]
[JsonSerializable(typeof(LogEventView))]
[JsonSerializable(typeof(ResultEventView))]
[JsonSerializable(typeof(DoneEventView))]
[JsonSerializable(typeof(SyncView))]
[JsonSerializable(typeof(StatusEventView))]
[JsonSerializable(typeof(LeaderboardView[]))]
[JsonSerializable(typeof(RankedEntryView[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(DatasetView))]
[JsonSerializable(typeof(DatasetView[]))]
[JsonSerializable(typeof(ErrorView))]
[JsonSerializable(typeof(FieldErrorsView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ReadinessView))]
[JsonSerializable(typeof(IsolationView))]
[JsonSerializable(typeof(CountView))]
[JsonSerializable(typeof(StreamResultView))]
[JsonSerializable(typeof(StreamErrorView))]
[JsonSerializable(typeof(SubmissionDeletedView))]
[JsonSerializable(typeof(IReadOnlyList<ListedSubmissionView>))]
[JsonSerializable(typeof(ListedSubmissionView[]))]
[JsonSerializable(typeof(TournamentOutcomeView))]
[JsonSerializable(typeof(TournamentNextView))]
[JsonSerializable(typeof(PatternVerdictView))]
[JsonSerializable(typeof(RiskVerdictView))]
[JsonSerializable(typeof(TournamentsView))]
[JsonSerializable(typeof(TournamentView))]
[JsonSerializable(typeof(ParticipantsView))]
[JsonSerializable(typeof(ParticipantView))]
[JsonSerializable(typeof(ParticipantHistoryView))]
[JsonSerializable(typeof(DailyMetricsView))]
[JsonSerializable(typeof(CompetitionDayView))]
[JsonSerializable(typeof(TournamentResultsView))]
[JsonSerializable(typeof(TournamentLeaderboardView))]
[JsonSerializable(typeof(CreateTournamentRequest))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(ParticipantStatusRequest))]
[JsonSerializable(typeof(RegisteredView))]
[JsonSerializable(typeof(RegisteredParticipantView))]
[JsonSerializable(typeof(TournamentErrorView))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinedView))]
[JsonSerializable(typeof(InvitesCreatedView))]
[JsonSerializable(typeof(InvitesView))]
[JsonSerializable(typeof(InviteRevokedView))]
[JsonSerializable(typeof(VisibilityView))]
[JsonSerializable(typeof(IntakeView))]
[JsonSerializable(typeof(LeaderboardDeletedView))]
[JsonSerializable(typeof(VisibilityRequest))]
[JsonSerializable(typeof(CreateInvitesRequest))]
[JsonSerializable(typeof(SubmissionIdsOfLeaderboardView))]
[JsonSerializable(typeof(RateLimitRequest))]
[JsonSerializable(typeof(RateLimitSetView))]
[JsonSerializable(typeof(RateLimitsView))]
[JsonSerializable(typeof(RateLimitLiftedView))]
[JsonSerializable(typeof(BanView))]
[JsonSerializable(typeof(StatsView))]
[JsonSerializable(typeof(SubmissionsDeletedView))]
[JsonSerializable(typeof(CreateLeaderboardRequest))]
[JsonSerializable(typeof(LeaderboardCreatedView))]
[JsonSerializable(typeof(UpdateProblemsRequest))]
[JsonSerializable(typeof(AdminSubmissionFoundView))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
public sealed partial class AgonJson : JsonSerializerContext
{
    /// <summary>As <see cref="AgonJson.Default"/>; text keeps its own letters, which is safe because none of it is put into a page as it is.</summary>
    public static AgonJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new CaseJsonConverter() },
    });
}
