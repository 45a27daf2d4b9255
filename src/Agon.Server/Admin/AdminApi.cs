using Agon.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>What operators may do over HTTP (contract section 2.5); all of it with the admin token.</summary>
internal static class AdminApi
{
    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/admin").For(Access.Operators);
        admin.MapIntake();
        admin.MapAdminLeaderboards();
        admin.MapAdminSubmissions();
        admin.MapInvites();
        admin.MapRateLimits();
        admin.MapBans();
        admin.MapStats();
        admin.MapProblems();
    }
}
