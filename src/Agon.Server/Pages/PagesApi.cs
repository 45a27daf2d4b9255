using Agon.Server.Accounts;
using Agon.Server.Leaderboards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Pages;

/// <summary>What a browser is shown. Each page lives in the room of its feature.</summary>
internal static class PagesApi
{
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").For(Access.Everybody);
        pages.MapGet("/", HomePage.GetAsync);
        pages.MapGet("/board/{leaderboard}", BoardPage.GetAsync);
        pages.MapGet(Stylesheet.Route, Stylesheet.Get);
    }
}
