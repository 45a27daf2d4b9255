using System.Text.Json;

namespace Agon.Fuzz.Web;

/// <summary>What an answer to any request whatever has to be.</summary>
internal static class AnswerRules
{
    // What the web server itself refuses, before it is a request, has no body.
    private static readonly int[] HardlyHttp = [400, 405, 408, 411, 413, 414, 417, 431, 505];

    /// <exception cref="FuzzFaultException">It is not so.</exception>
    public static void Check(WireAnswer answer, bool isHead)
    {
        FuzzFaultException.Unless(answer.Status is < 500 or 505, $"the status is {answer.Status}");
        if (answer.Status < 400 || isHead)
            return;
        if (answer.Header("content-length") == "0" && answer.Header("connection") == "close" && HardlyHttp.Contains(answer.Status))
            return;
        if (answer.Header("content-type").StartsWith("text/html", StringComparison.Ordinal))
            FuzzFaultException.Unless(answer.Status == 404, $"a page has status {answer.Status}");
        else
            FuzzFaultException.Unless(HasShape(answer), $"the refusal with status {answer.Status} has not the shape of an error");
        FuzzFaultException.Unless(answer.Header("x-content-type-options") == "nosniff", "the refusal lacks the headers that keep a browser safe");
    }

    /// <summary>
    /// Contract section 1: <c>{"detail": sentence}</c>, of a 422 a list of what is wrong where; or tournament contract section 3, a code and a sentence.
    /// </summary>
    private static bool HasShape(WireAnswer answer)
    {
        if (!answer.Header("content-type").StartsWith("application/json", StringComparison.Ordinal))
            return false;
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.TryGetProperty("error_code", out var code))
                return code.GetString() is { Length: > 0 } && json.RootElement.GetProperty("message").GetString() is { Length: > 0 };
            return json.RootElement.TryGetProperty("detail", out var detail) && (answer.Status == 422
                ? detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() > 0 && detail.EnumerateArray().All(one => one.TryGetProperty("loc", out _) && one.TryGetProperty("msg", out _) && one.TryGetProperty("type", out _))
                : detail.ValueKind == JsonValueKind.String && detail.GetString() is { Length: > 0 });
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
