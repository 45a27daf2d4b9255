using Agon.Server.Accounts;
using Agon.Server.Leaderboards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Pages;

/// <summary>What a browser is shown. Each page lives in the room of its feature.</summary>
internal static class PagesApi
{
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        // For people, so not in the API document.
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", HomePage.GetAsync).For(Access.Everybody);
        pages.MapGet("/board/{leaderboard}", BoardPage.GetAsync).For(Access.AnybodyButImpostors);
        pages.MapGet(Stylesheet.Route, Stylesheet.Get).For(Access.Everybody);
    }
}
