using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Agon.Server.Pages;

/// <summary>
/// HTML that is safe by its type: whatever is put into <see cref="Of"/> is encoded, unless it is HTML already.
/// There is no other way to make one from a text that is not written in the source.
/// </summary>
internal readonly record struct Html
{
    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    public static Html Of(HtmlText text) => new(text.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.ToString())));

    public override string ToString() => markup ?? "";
}

/// <summary>What the compiler makes of <c>Html.Of($"...")</c>. All attributes are written in double quotes, which the encoder escapes.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlText
{
    private readonly StringBuilder text;

    public HtmlText(int literalLength, int formattedCount) => text = new StringBuilder(literalLength + (16 * formattedCount));

    public void AppendLiteral(string markup) => text.Append(markup);

    public void AppendFormatted(Html html) => text.Append(html.ToString());

    public void AppendFormatted(string? content) => text.Append(HtmlEncoder.Default.Encode(content ?? ""));

    public void AppendFormatted(int number) => text.Append(number);

    public override string ToString() => text.ToString();
}
