using Agon.Domain.Accounts;
using Agon.Server.Admin;
using Agon.Server.Http;
using Agon.Server.Limits;
using Agon.Server.Tournaments;
using Agon.Storage.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Agon.Server.Accounts;

/// <summary>Who may call a route. Each route states one; a route without a policy is closed.</summary>
internal enum Access
{
    /// <summary>No header is looked at.</summary>
    Everybody,

    /// <summary>Anonymous is fine, a wrong id is not (contract section 1, kind "opt").</summary>
    AnybodyButImpostors,

    /// <summary>A participant, through the command line or a web board (kind "user").</summary>
    Users,

    /// <summary>A participant through the command line (kind "cli"): what a web board says is not looked at.</summary>
    CliUsers,

    /// <summary>Who shows the admin token (kind "admin").</summary>
    Operators,

    /// <summary>Who shows the admin token, and beside it the id of the participant for whom he acts.</summary>
    OperatorsForUsers,

    /// <summary>Who shows the key of tournament registration.</summary>
    Registrars,
}

/// <summary>The policy of a route, as its metadata.</summary>
internal sealed record AccessPolicy(Access Access);

internal static class AccessPolicies
{
    /// <summary>Carries the secret that <see cref="CliId"/> makes.</summary>
    public const string CliIdHeader = "X-Popcorn-Cli-Id";

    /// <summary>Carries the id by which a web board knows its user; it wins where both are sent (contract section 1).</summary>
    public const string WebAuthIdHeader = "X-Web-Auth-Id";

    private const int LongestId = 200;

    public static TBuilder For<TBuilder>(this TBuilder route, Access access) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new AccessPolicy(access)).Refuses(access switch
        {
            // Registrars are refused in codes, which their group says.
            Access.Everybody or Access.Registrars => [],
            Access.AnybodyButImpostors or Access.Operators => [StatusCodes.Status401Unauthorized],
            _ => [StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized],
        }).HeldByLimits();

    /// <summary>Holds every request to its route's policy, before anything of its body is read.</summary>
    public static void UseAccessPolicies(this WebApplication app)
    {
        var users = app.Services.GetRequiredService<UserStore>();
        var admin = app.Services.GetRequiredService<IOptions<AdminOptions>>();
        var registration = app.Services.GetRequiredService<RegistrationKey>();
        var callers = app.Services.GetRequiredService<Callers>();
        app.Use(async (http, next) =>
        {
            if (http.GetEndpoint() is { } endpoint && await AdmitAsync(http, endpoint, users, admin, registration, callers) is { } refusal)
                await refusal.ExecuteAsync(http);
            else
                await next(http);
        });
    }

    private static async Task<IResult?> AdmitAsync(
        HttpContext http, Endpoint endpoint, UserStore users, IOptions<AdminOptions> admin, RegistrationKey registration, Callers callers)
    {
        // The router's own answers (405) are endpoints without a pattern of ours.
        if (endpoint is not Microsoft.AspNetCore.Routing.RouteEndpoint)
            return null;
        var access = endpoint.Metadata.GetMetadata<AccessPolicy>()?.Access
            ?? throw new InvalidOperationException($"route {endpoint.DisplayName} has no access policy");
        if (access == Access.Everybody)
            return null;
        if (access == Access.Registrars)
            return registration.IsShownBy(http.Request.Headers[RegistrationKey.Header]) ? null : RegistrationKey.Refusal;
        if (access is Access.Operators or Access.OperatorsForUsers && !admin.Value.IsShownBy(http.Request.Headers.Authorization))
            return new Refusal(StatusCodes.Status401Unauthorized, "the header Authorization does not show this server's admin token, as 'Bearer TOKEN'");
        if (access == Access.Operators)
            return null;

        var header = access == Access.CliUsers || !IsSent(http, WebAuthIdHeader) ? CliIdHeader : WebAuthIdHeader;
        if (!IsSent(http, header))
            return access == Access.AnybodyButImpostors ? null : Refusal.BadRequest($"the header {CliIdHeader} is missing");
        var id = http.Request.Headers[header].ToString();
        if (await FindAsync(users, header, id, http.RequestAborted) is not { } user)
            return new Refusal(StatusCodes.Status401Unauthorized, $"the header {header} names nobody; register first, or check the id");
        callers.Prove(header, id, user.Id);
        http.Features.Set(new Caller(user, ThroughBoard: header == WebAuthIdHeader));
        return null;
    }

    private static bool IsSent(HttpContext http, string header) => http.Request.Headers[header].ToString().Length > 0;

    private static async Task<User?> FindAsync(UserStore users, string header, string id, CancellationToken cancellationToken) => header switch
    {
        _ when id.Length > LongestId => null,
        WebAuthIdHeader => await users.FindByWebAuthIdAsync(id, cancellationToken),
        _ => await users.FindByCliIdAsync(id, cancellationToken),
    };
}

/// <summary>Who asks. Handlers of routes for <see cref="Access.Users"/> and <see cref="Access.CliUsers"/> always have a <see cref="User"/>.</summary>
/// <param name="User">Null: anonymous.</param>
/// <param name="ThroughBoard">Whether a web board says so, and not a command line.</param>
internal sealed record Caller(User? User, bool ThroughBoard)
{
    public User Participant => User ?? throw new InvalidOperationException("the route has no policy that asks for a user");

    public static ValueTask<Caller?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Caller?>(http.Features.Get<Caller>() ?? new Caller(User: null, ThroughBoard: false));
}
