using System.Globalization;
using System.Text.Json;
using Agon.Domain.Tournaments;

namespace Agon.Contracts.Tournaments;

/// <summary>A value of a JSON text that somebody wrote, read field by field; every complaint says where.</summary>
internal readonly struct JsonNode(JsonElement element, JsonPlace place)
{
    public JsonValueKind Kind => element.ValueKind;

    public Exception Complaint(string field, string text) => new JsonPlaceException(new JsonPlace(place, field, 0), text);

    /// <summary>The field's value; null where it is missing or null.</summary>
    public JsonNode? Find(string field)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new JsonPlaceException(place, $"is {Shown(element)}, not an object");
        return element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonNode(value, new JsonPlace(place, field, 0)) : null;
    }

    public JsonNode Get(string field) => Find(field) ?? throw Complaint(field, "is missing");

    public string Text(int maxLength)
    {
        var text = String();
        if (text.Length == 0 || text.Length > maxLength || text.Any(char.IsControl))
            throw new JsonPlaceException(place, $"must have 1 to {maxLength} characters and no control characters");
        return text;
    }

    /// <summary>What a person wrote in own words, to be shown and nothing else; null where it is empty.</summary>
    public string? Words(int maxLength) => String() switch
    {
        "" => null,
        { Length: var length } when length > maxLength => throw new JsonPlaceException(place, $"has {length} characters; at most {maxLength} are read"),
        var text => text,
    };

    private string String()
    {
        if (element.ValueKind != JsonValueKind.String)
            throw Wrong("a text");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonPlaceException(place, "has half a surrogate pair, which is no text");
        }
    }

    public int Whole(int lowest, int highest) => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= lowest && number <= highest
        ? number
        : throw Wrong($"a whole number from {lowest} to {highest}");

    public double Number(double lowest, double highest) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && number >= lowest && number <= highest
            ? number
            : throw Wrong($"a number from {lowest:R} to {highest:R}");

    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    public DateOnly Date() => element.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(Text(MaxDateLength), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Wrong("a date YYYY-MM-DD");

    public T Word<T>() where T : struct, Enum => element.ValueKind == JsonValueKind.String && ContractWord.Parse<T>(Text(MaxWordLength)) is { } value
        ? value
        : throw Wrong($"one of {ContractWord.All<T>()}");

    public IEnumerable<JsonNode> Items(int most)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Wrong("a list");
        if (element.GetArrayLength() is var length && length > most)
            throw new JsonPlaceException(place, $"has {length} items; at most {most} are read");
        var list = place;
        return element.EnumerateArray().Select((item, index) => new JsonNode(item, new JsonPlace(list, null, index)));
    }

    private const int MaxDateLength = 40;
    private const int MaxWordLength = 200;
    private const int MaxShown = 40;

    public JsonPlaceException Wrong(string right) => new(place, $"is {Shown(element)}, not {right}");

    private static string Shown(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => element.GetRawText() is { Length: > MaxShown } text ? $"{text[..MaxShown]}..." : element.GetRawText(),
    };
}
