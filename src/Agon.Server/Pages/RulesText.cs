using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Agon.Server.Pages;

/// <summary><c>/rules/{topic}</c>: the pages of Agon's own documentation by which a participant is measured, as they are written.</summary>
internal static class RulesText
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["tournaments"] = Read("tournaments"),
        ["datasets"] = Read("datasets"),
    };

    public static string PathOf(string topic) => $"/rules/{topic}";

    public static Results<ContentHttpResult, Page> Get(string topic) => Texts.TryGetValue(topic, out var text)
        ? TypedResults.Text(text, "text/plain", Encoding.UTF8)
        : Page.NotFound($"There are no rules of “{topic}”. There are some of {string.Join(" and ", Texts.Keys)}.");

    private static string Read(string topic)
    {
        using var resource = typeof(RulesText).Assembly.GetManifestResourceStream($"Agon.Server.Rules.{topic}.md")
            ?? throw new InvalidOperationException($"the rules of {topic} are not built in");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
