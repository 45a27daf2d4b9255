using Agon.Server.Accounts;
using Agon.Server.Leaderboards;
using Agon.Server.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Pages;

/// <summary>What a browser is shown. Each page lives in the room of its feature.</summary>
internal static class PagesApi
{
    private static readonly TimeSpan TournamentAge = TimeSpan.FromSeconds(1);

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        // For people, so not in the API document.
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", HomePage.GetAsync).For(Access.Everybody);
        pages.MapGet("/board/{leaderboard}", BoardPage.GetAsync).For(Access.AnybodyButImpostors);
        // A page of many runs is made once, however many look at it.
        pages.MapGet("/tournaments", TournamentsPage.GetAsync).For(Access.Everybody)
            .CacheOutput(cached => cached.Expire(TournamentAge).SetVaryByHost(false).SetVaryByQuery("page"));
        pages.MapGet("/tournament/{tournamentId}", TournamentPage.GetAsync).For(Access.Everybody)
            .CacheOutput(cached => cached.Expire(TournamentAge).SetVaryByHost(false).SetVaryByQuery(Array.Empty<string>()));
        pages.MapGet("/rules/{topic}", RulesText.Get).For(Access.Everybody);
        pages.MapGet(Stylesheet.Route, Stylesheet.Get).For(Access.Everybody);
    }
}
