using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Agon.Contracts;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Storage.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>Creating tournaments and registering for them (tournament contract, S075 to S077 and D28); all of it with the registration key.</summary>
internal static class RegistrationApi
{
    private const int LongestText = 500;

    public static void MapRegistration(this IEndpointRouteBuilder routes)
    {
        var registration = routes.MapGroup("/api/v1/registration").For(Access.Registrars).RefusesInCodes(400, 401);
        registration.MapPost("/tournaments", CreateAsync).WithMetadata(new TakesJson(typeof(CreateTournamentRequest))).RefusesInCodes(409, 413);
        registration.MapPost("/tournaments/{tournamentId}/participants", RegisterAsync)
            .WithMetadata(new TakesJson(typeof(RegisterRequest))).RefusesInCodes(403, 404, 409, 413, 422);
        registration.MapPut("/participants/{tournamentId}/{hotkey}/status", SetStatusAsync)
            .WithMetadata(new TakesJson(typeof(ParticipantStatusRequest))).RefusesInCodes(404, 409, 413);

        var aliases = routes.MapGroup("/api/internal/tournaments/{tournamentId}").For(Access.Registrars).RefusesInCodes(400, 401, 404);
        aliases.MapPost("/register", RegisterAsync).WithMetadata(new TakesJson(typeof(RegisterRequest))).RefusesInCodes(403, 409, 413, 422);
        aliases.MapGet("/participants/{hotkey}", FindAsync);
        aliases.MapDelete("/participants/{hotkey}", WithdrawAsync).RefusesInCodes(403);
    }

    private static async Task<Results<Created<TournamentView>, TournamentRefusal>> CreateAsync(
        HttpRequest request, TournamentStore tournaments, TournamentReadStore reader, IOptions<NewTournamentOptions> usual, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (body, wrong) = await ReadAsync(request, AgonJson.Wire.CreateTournamentRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (body!.ImageType is not { } word || ContractWord.Parse<ImageType>(word) is not { } type)
            return TournamentRefusal.Invalid($"image_type must be one of {ContractWord.All<ImageType>()}", "image_type");
        if (ReadDate(body.RegistrationStart) is not { } start)
            return TournamentRefusal.Invalid("registration_start must be a date, as YYYY-MM-DD", "registration_start");
        if (ReadDate(body.RegistrationEnd) is not { } end)
            return TournamentRefusal.Invalid("registration_end must be a date, as YYYY-MM-DD", "registration_end");
        if (body.TestNetworks?.Contains(null!) == true)
            return TournamentRefusal.Invalid("test_networks must be names", "test_networks");
        var wanted = Wanted(body, usual.Value.Usual(body.Name ?? "", start, end));
        if (wanted.Refuse() is { } refusal)
            return TournamentRefusal.Invalid(refusal);
        if (await tournaments.CreateAsync(wanted, type, clock.GetUtcNow(), cancellationToken) is not { } created)
            return new TournamentRefusal(StatusCodes.Status409Conflict, "NO_ACTIVE_BASELINE", $"there is no active baseline of type {word}; seed one first");
        var overview = await reader.OverviewAsync(created.TournamentId, clock.GetUtcNow(), cancellationToken);
        return TypedResults.Created($"/api/v1/tournaments/{created.TournamentId}", TournamentViews.Of(overview!));
    }

    private static async Task<Results<Created<RegisteredView>, TournamentRefusal>> RegisterAsync(
        string tournamentId, HttpRequest request, ParticipantStore participants, PinSource pin, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (body, wrong) = await ReadAsync(request, AgonJson.Wire.RegisterRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (TournamentsApi.ReadId(tournamentId) is not { } id)
            return TournamentsApi.WrongId(tournamentId);
        if (Refuse(body!) is { } refused)
            return refused;

        // Asked before, so that nobody waits for a repository in vain; what counts is asked again in the transaction that writes.
        var asks = new RegistrationRequest(body!.Hotkey ?? "", body.GithubRepository, BringsImageOrFolder: body.GithubRepository is null && body.DockerImageTag is not null);
        if (await participants.AskAsync(id, asks, clock.UtcToday(), cancellationToken) is not { } outlook)
            return TournamentRefusal.NoTournament(id);
        if (outlook is RegistrationOutcome.Refused hopeless)
            return Of(hopeless);
        var (source, unreachable) = await pin(new WantedSource(body.GithubRepository, body.CommitHash, body.DockerImageTag), cancellationToken);
        if (unreachable is not null)
            return TournamentRefusal.Invalid(unreachable);
        return await participants.RegisterAsync(
            id, asks, source!, body.DockerImageTag, body.MinerDatabaseName, clock.UtcToday(), clock.GetUtcNow(), cancellationToken) switch
        {
            { Participant: { } one } => TypedResults.Created(
                $"/api/v1/tournaments/{id}/participants/{one.Hotkey}",
                new RegisteredView(id, one.Hotkey, one.RegistrationOrder, ContractWord.Of(one.Status), one.RegisteredAt)),
            { Refused: { } late } => Of(late),
            _ => TournamentRefusal.NoTournament(id),
        };
    }

    private static async Task<Results<Ok<ParticipantView>, TournamentRefusal>> SetStatusAsync(
        string tournamentId, string hotkey, HttpRequest request, ParticipantStore participants, TournamentReadStore reader, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (body, wrong) = await ReadAsync(request, AgonJson.Wire.ParticipantStatusRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (TournamentsApi.ReadId(tournamentId) is not { } id)
            return TournamentsApi.WrongId(tournamentId);
        if (body!.Status is not { } word || ContractWord.Parse<ParticipantStatus>(word) is not { } status)
            return TournamentRefusal.Invalid($"status must be one of {ContractWord.All<ParticipantStatus>()}", "status");
        if (body.Reason is { Length: > LongestText } || (status == ParticipantStatus.Disqualified && string.IsNullOrWhiteSpace(body.Reason)))
            return TournamentRefusal.Invalid($"disqualifying needs a reason of at most {LongestText} characters", "reason");
        if (!MayBe(hotkey))
            return await MissingAsync(id, hotkey, reader, cancellationToken);
        var (changed, refusal) = await participants.SetStatusAsync(id, hotkey, status, body.Reason, clock.GetUtcNow(), cancellationToken);
        if (refusal is not null)
            return new TournamentRefusal(StatusCodes.Status409Conflict, "INVALID_STATUS_TRANSITION", refusal);
        return changed is not null
            ? TypedResults.Ok(TournamentViews.Of(changed))
            : await MissingAsync(id, hotkey, reader, cancellationToken);
    }

    private static async Task<Results<Ok<RegisteredParticipantView>, TournamentRefusal>> FindAsync(
        string tournamentId, string hotkey, TournamentReadStore reader, CancellationToken cancellationToken)
    {
        if (TournamentsApi.ReadId(tournamentId) is not { } id)
            return TournamentsApi.WrongId(tournamentId);
        return await reader.ParticipantAsync(id, hotkey, cancellationToken) is { } participant
            ? TypedResults.Ok(TournamentViews.Registered(participant))
            : await MissingAsync(id, hotkey, reader, cancellationToken);
    }

    private static async Task<Results<NoContent, TournamentRefusal>> WithdrawAsync(
        string tournamentId, string hotkey, ParticipantStore participants, TournamentReadStore reader, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (TournamentsApi.ReadId(tournamentId) is not { } id)
            return TournamentsApi.WrongId(tournamentId);
        if (!MayBe(hotkey))
            return await MissingAsync(id, hotkey, reader, cancellationToken);
        return await participants.WithdrawAsync(id, hotkey, clock.UtcToday(), cancellationToken) switch
        {
            (true, null) => TypedResults.NoContent(),
            (true, { } refused) => Of(refused),
            _ => await MissingAsync(id, hotkey, reader, cancellationToken),
        };
    }

    private static NewTournament Wanted(CreateTournamentRequest body, NewTournament usual) => usual with
    {
        MaxParticipants = body.MaxParticipants ?? usual.MaxParticipants,
        EpochDays = body.EpochDays ?? usual.EpochDays,
        TestNetworks = body.TestNetworks is { } networks ? [.. networks] : usual.TestNetworks,
        TestWindowDays = body.TestWindowDays is { } windows ? [.. windows] : usual.TestWindowDays,
        Policy = body.ScoringPolicy?.ToPolicy() ?? usual.Policy,
    };

    private static TournamentRefusal? Refuse(RegisterRequest body)
    {
        foreach (var (field, text) in new[]
        {
            ("github_repository", body.GithubRepository), ("commit_hash", body.CommitHash),
            ("docker_image_tag", body.DockerImageTag), ("miner_database_name", body.MinerDatabaseName),
        })
        {
            if (text is not null && (text.Length is 0 or > LongestText || text.Any(sign => char.IsWhiteSpace(sign) || char.IsControl(sign) || char.IsSurrogate(sign))))
                return TournamentRefusal.Invalid($"{field} must have 1 to {LongestText} characters and no spaces", field);
        }
        return null;
    }

    private static TournamentRefusal Of(RegistrationOutcome.Refused refused) => refused.Error switch
    {
        RegistrationError.NotRegistrationPeriod => new(StatusCodes.Status403Forbidden, "NOT_REGISTRATION_PERIOD", refused.Message),
        RegistrationError.AlreadyRegistered => new(StatusCodes.Status409Conflict, "ALREADY_REGISTERED", refused.Message),
        RegistrationError.MinerNotFound => new(StatusCodes.Status404NotFound, "MINER_NOT_FOUND", refused.Message),
        RegistrationError.MaxParticipants => new(StatusCodes.Status422UnprocessableEntity, "MAX_PARTICIPANTS", refused.Message),
        _ => TournamentRefusal.Invalid(refused.Message, "hotkey"),
    };

    // PostgreSQL refuses even to look for it.
    private static bool MayBe(string hotkey) => !hotkey.Any(sign => char.IsControl(sign) || char.IsSurrogate(sign));

    private static async Task<TournamentRefusal> MissingAsync(Guid id, string hotkey, TournamentReadStore reader, CancellationToken cancellationToken) =>
        await reader.FindAsync(id, cancellationToken) is null ? TournamentRefusal.NoTournament(id) : TournamentRefusal.NoParticipant(id, hotkey);

    private static async Task<(T? Body, TournamentRefusal? Wrong)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class =>
        await JsonBody.ParseAsync(request, type, cancellationToken) switch
        {
            ({ } body, _) => (body, null),
            (_, null or "") => (null, TournamentRefusal.Invalid("the body must be a JSON object")),
            (_, { } field) => (null, TournamentRefusal.Invalid($"{field} is of another type", field)),
        };

    private static DateOnly? ReadDate(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static DateOnly UtcToday(this TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
