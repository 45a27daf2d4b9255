using Agon.Contracts;
using Agon.Contracts.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Tournaments;

/// <summary>A refusal in the shape of the tournament routes: a word, a sentence, and where it applies (contract section 3).</summary>
internal sealed class TournamentRefusal(int status, string code, string message) : IResult
{
    public const string UnauthorizedCode = "UNAUTHORIZED";

    private const string InvalidCode = "INVALID_REQUEST";

    // Below them every error has this shape, whoever tells it: a handler, the router, the limits, or a fault of ours.
    private static readonly PathString[] Places = ["/api/v1/tournaments", "/api/v1/registration", "/api/internal"];

    public IReadOnlyDictionary<string, string>? Details { get; init; }

    public int Status => status;

    public string Code => code;

    public string Message => message;

    public static TournamentRefusal Invalid(string message, string? field = null) => new(StatusCodes.Status400BadRequest, InvalidCode, message)
    {
        Details = field is null ? null : new Dictionary<string, string> { ["field"] = field },
    };

    /// <summary>What any address may answer, in the shape of these.</summary>
    public static TournamentRefusal General(int status, string message) => new(
        status,
        status switch
        {
            StatusCodes.Status404NotFound => "NOT_FOUND",
            StatusCodes.Status405MethodNotAllowed => "METHOD_NOT_ALLOWED",
            StatusCodes.Status408RequestTimeout => "REQUEST_TIMEOUT",
            StatusCodes.Status413PayloadTooLarge => "BODY_TOO_LARGE",
            StatusCodes.Status429TooManyRequests => "TOO_MANY_REQUESTS",
            StatusCodes.Status503ServiceUnavailable => "UNAVAILABLE",
            >= StatusCodes.Status500InternalServerError => "INTERNAL_ERROR",
            _ => InvalidCode,
        },
        message);

    /// <summary>Whether errors of this address have this shape.</summary>
    public static bool IsOf(PathString path) => Places.Any(place => path.StartsWithSegments(place));

    public static TournamentRefusal Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, UnauthorizedCode, message);

    public static TournamentRefusal NoTournament(Guid id) =>
        new(StatusCodes.Status404NotFound, "TOURNAMENT_NOT_FOUND", $"there is no tournament {id}");

    public static TournamentRefusal NoParticipant(Guid id, string hotkey) =>
        new(StatusCodes.Status404NotFound, "PARTICIPANT_NOT_FOUND", $"'{hotkey}' takes no part in tournament {id}");

    public static TournamentRefusal NoDay(string day) =>
        new(StatusCodes.Status404NotFound, "DAY_NOT_FOUND", $"the tournament has run no day {day}");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        return httpContext.Response.WriteAsJsonAsync(
            new TournamentErrorView(code, message, Details), AgonJson.Wire.TournamentErrorView, contentType: null, CancellationToken.None);
    }
}

internal static class TournamentRefusals
{
    /// <summary>Which statuses the route's handler refuses with, for the API document.</summary>
    public static TBuilder RefusesInCodes<TBuilder>(this TBuilder route, params int[] statuses) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata([.. statuses.Select(status => new ProducesResponseTypeMetadata(status, typeof(TournamentErrorView), ["application/json"]))]);
}
