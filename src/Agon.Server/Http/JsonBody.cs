using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Http;

/// <summary>Marks a route that takes a JSON body of this type, for the API document.</summary>
internal sealed record TakesJson(Type Type);

/// <summary>JSON bodies, read by hand: the contract answers one that cannot be read with 422, the framework with 400 or 415.</summary>
internal static class JsonBody
{
    /// <summary>The body, or what is wrong with it. Nothing in it has to be there: what is missing is null.</summary>
    public static async Task<(T? Body, Unreadable? Wrong)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class =>
        await ParseAsync(request, type, cancellationToken) switch
        {
            ({ } body, _) => (body, null),
            (_, null) => (null, new Unreadable("body", "", "Input should be a JSON object", "dict_type")),
            (_, "") => (null, new Unreadable("body", "", "Input should be a JSON object", "json_invalid")),
            (_, { } field) => (null, new Unreadable("body", field, "Input is of another type", "type_error")),
        };

    /// <summary>As <see cref="ReadAsync"/>, for routes with refusals of their own.</summary>
    /// <returns>The body; without one the field that is of another type, no name where it is no JSON object at all, and null where it is the word null.</returns>
    public static async Task<(T? Body, string? Field)> ParseAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return (await JsonSerializer.DeserializeAsync(request.Body, type, cancellationToken), null);
        }
        catch (JsonException error)
        {
            return (null, error.Path?.TrimStart('$').TrimStart('.') ?? "");
        }
    }
}
