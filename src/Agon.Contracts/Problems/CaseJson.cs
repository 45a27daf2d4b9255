using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary>A <see cref="Case"/> as the JSON object that task.yml's map becomes.</summary>
public sealed class CaseJsonConverter : JsonConverter<Case>
{
    // Larger ones take long to read; no task.yml can hold them either.
    private const int MostDigits = YamlScalars.MostDigits + 1;

    /// <summary>null is refused like anything else that is no object.</summary>
    public override bool HandleNull => true;

    public override Case Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("a test or benchmark must be a JSON object");
        return new Case(document.RootElement.EnumerateObject()
            .Select(property => KeyValuePair.Create(property.Name, ToValue(property.Value))));
    }

    public override void Write(Utf8JsonWriter writer, Case value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, argument) in value)
        {
            writer.WritePropertyName(name);
            Write(writer, argument);
        }
        writer.WriteEndObject();
    }

    private static CaseValue ToValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new CaseValue.Text(element.GetString()!),
        JsonValueKind.True => new CaseValue.Boolean(true),
        JsonValueKind.False => new CaseValue.Boolean(false),
        JsonValueKind.Null => new CaseValue.Nothing(),
        JsonValueKind.Array => new CaseValue.List([.. element.EnumerateArray().Select(ToValue)]),
        JsonValueKind.Number => ToNumber(element.GetRawText()),
        _ => throw new JsonException($"an argument cannot be {element.ValueKind}"),
    };

    // As Python's json module: a number with a fraction or an exponent is a float, all others are whole.
    private static CaseValue ToNumber(string text)
    {
        if (text.Length > MostDigits)
            throw new JsonException($"an argument has a number of more than {MostDigits} digits");
        if (!text.AsSpan().ContainsAny('.', 'e', 'E'))
            return new CaseValue.Whole(BigInteger.Parse(text));
        var number = double.Parse(text);
        return double.IsFinite(number) ? new CaseValue.Real(number) : throw new JsonException("an argument is too large for a number");
    }

    private static void Write(Utf8JsonWriter writer, CaseValue value)
    {
        switch (value)
        {
            case CaseValue.Text(var text): writer.WriteStringValue(text); break;
            case CaseValue.Boolean(var flag): writer.WriteBooleanValue(flag); break;
            case CaseValue.Nothing: writer.WriteNullValue(); break;
            case CaseValue.Whole(var number): writer.WriteRawValue(number.ToString()); break;
            case CaseValue.Real(var number) when double.IsFinite(number): writer.WriteRawValue(Fraction(number)); break;
            case CaseValue.Real(var number): throw new JsonException($"JSON has no {number}");
            case CaseValue.List(var items):
                writer.WriteStartArray();
                foreach (var item in items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default: throw new JsonException($"no JSON form for {value.GetType().Name}");
        }
    }

    // 1.0 and 1e16 must not come back as whole numbers. jsonb writes exponents out, so only a point with a digit lasts.
    private static string Fraction(double number)
    {
        var text = number.ToString("R");
        return text.Contains("E+") || !text.AsSpan().ContainsAny('.', 'E') ? number.ToString("F1") : text;
    }
}
