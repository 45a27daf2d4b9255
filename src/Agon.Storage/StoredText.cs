using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Agon.Contracts;
using Agon.Contracts.Problems;

namespace Agon.Storage;

/// <summary>
/// The one seam where what participants wrote, or made a harness print, is cleaned before it is recorded. PostgreSQL refuses
/// NUL and halves of surrogate pairs, in text and in JSON; both become U+FFFD, on both databases.
/// </summary>
internal static class StoredText
{
    private const char Replacement = '\uFFFD';

    /// <summary>All JSON that Agon stores is written by this context, so that no string escapes the cleaning.</summary>
    private static readonly AgonJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new CaseJsonConverter(), new CleaningConverter() },
    });

    public static string Clean(string text)
    {
        var bad = FirstBad(text, 0);
        if (bad < 0)
            return text;

        var clean = text.ToCharArray();
        for (; bad >= 0; bad = FirstBad(text, bad + 1))
            clean[bad] = Replacement;
        return new string(clean);
    }

    /// <summary>The value as JSON; null stays null.</summary>
    public static string? ToJson<T>(T? value) where T : class =>
        value is null ? null : JsonSerializer.Serialize(value, (JsonTypeInfo<T>)Json.GetTypeInfo(typeof(T))!);

    private static int FirstBad(string text, int from)
    {
        for (var at = from; at < text.Length; at++)
        {
            if (text[at] == '\0')
                return at;
            if (!char.IsSurrogate(text[at]))
                continue;
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                return at;
            at++;
        }
        return -1;
    }

    private sealed class CleaningConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Clean(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Clean(value));
    }
}
