using Agon.Domain.Accounts;
using Agon.Server.Http;
using Agon.Storage.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Accounts;

/// <summary>Who may call a route. Each route states one; a route without a policy is closed.</summary>
internal enum Access
{
    /// <summary>No header is looked at.</summary>
    Everybody,

    /// <summary>Anonymous is fine, a wrong id is not (contract section 1, kind "opt").</summary>
    AnybodyButImpostors,

    /// <summary>A participant.</summary>
    Users,
}

/// <summary>The policy of a route, as its metadata.</summary>
internal sealed record AccessPolicy(Access Access);

internal static class AccessPolicies
{
    /// <summary>Carries the secret that <see cref="CliId"/> makes.</summary>
    public const string CliIdHeader = "X-Popcorn-Cli-Id";

    private const int LongestId = 200;

    public static TBuilder For<TBuilder>(this TBuilder route, Access access) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new AccessPolicy(access));

    /// <summary>Holds every request to its route's policy, before anything of its body is read.</summary>
    public static void UseAccessPolicies(this WebApplication app)
    {
        var users = app.Services.GetRequiredService<UserStore>();
        app.Use(async (http, next) =>
        {
            if (http.GetEndpoint() is { } endpoint && await AdmitAsync(http, endpoint, users) is { } refusal)
                await refusal.ExecuteAsync(http);
            else
                await next(http);
        });
    }

    private static async Task<Refusal?> AdmitAsync(HttpContext http, Endpoint endpoint, UserStore users)
    {
        // The router's own answers (405) are endpoints without a pattern of ours.
        if (endpoint is not Microsoft.AspNetCore.Routing.RouteEndpoint)
            return null;
        var access = endpoint.Metadata.GetMetadata<AccessPolicy>()?.Access
            ?? throw new InvalidOperationException($"route {endpoint.DisplayName} has no access policy");
        if (access == Access.Everybody)
            return null;

        var cliId = http.Request.Headers[CliIdHeader].ToString();
        if (cliId.Length == 0)
            return access == Access.Users ? Refusal.BadRequest($"the header {CliIdHeader} is missing") : null;
        var user = cliId.Length <= LongestId ? await users.FindByCliIdAsync(cliId, http.RequestAborted) : null;
        if (user is null)
            return new Refusal(StatusCodes.Status401Unauthorized, $"the header {CliIdHeader} names nobody; register first, or check the id");
        http.Features.Set(new Caller(user));
        return null;
    }
}

/// <summary>Who asks. Handlers of routes for <see cref="Access.Users"/> always have a <see cref="User"/>.</summary>
internal sealed record Caller(User? User)
{
    public User Participant => User ?? throw new InvalidOperationException("the route has no policy that asks for a user");

    public static ValueTask<Caller?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<Caller?>(http.Features.Get<Caller>() ?? new Caller(User: null));
}
