using System.Net.Mime;
using System.Text;
using Agon.Server.Leaderboards;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Pages;

/// <summary>One whole page: no script, one stylesheet, nothing from elsewhere.</summary>
internal sealed class Page(string title, Html content, int status = StatusCodes.Status200OK) : IResult
{
    private const string Policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public int Status => status;

    public static Page NotFound(string what) => new("Not found", Html.Of($"""
        <h1>Not found</h1>
        <p>{what}</p>
        <p><a href="/">All leaderboards</a></p>
        """), StatusCodes.Status404NotFound);

    public Task ExecuteAsync(HttpContext httpContext) => ToAnswer().ExecuteAsync(httpContext);

    /// <summary>The page as the bytes that are sent.</summary>
    public BoardAnswer ToAnswer() =>
        new(status, $"{MediaTypeNames.Text.Html}; charset=utf-8", Policy, Encoding.UTF8.GetBytes(Render().ToString()));

    private Html Render() => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · Agon</title>
        <link rel="stylesheet" href="{Stylesheet.Path}">
        </head>
        <body>
        <a class="skip" href="#main">Skip to content</a>
        <header><nav aria-label="Site"><a class="brand" href="/">Agon</a> <a href="/tournaments">Tournaments</a></nav></header>
        <main id="main">
        {content}
        </main>
        <footer><p>Agon: contests for code that is right, and fast.</p></footer>
        </body>
        </html>

        """);
}
