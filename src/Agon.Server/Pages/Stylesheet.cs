using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Agon.Server.Pages;

/// <summary>The one stylesheet. Its address holds its hash, so that a browser may keep it for good.</summary>
internal static class Stylesheet
{
    private static readonly string Text = Read();

    public const string Route = "/style/{hash}.css";

    public static string Path { get; } = $"/style/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..12]}.css";

    public static Results<ContentHttpResult, NotFound> Get(HttpContext http)
    {
        if (http.Request.Path != Path)
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Text(Text, "text/css; charset=utf-8");
    }

    private static string Read()
    {
        using var resource = typeof(Stylesheet).Assembly.GetManifestResourceStream("Agon.Server.Pages.agon.css")
            ?? throw new InvalidOperationException("the stylesheet is not built in");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
