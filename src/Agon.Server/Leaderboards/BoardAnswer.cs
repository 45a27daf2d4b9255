using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Agon.Server.Leaderboards;

/// <summary>An answer as its bytes.</summary>
internal sealed class BoardAnswer(int status, string contentType, string? contentSecurityPolicy, byte[] body) : IResult
{
    public ReadOnlyMemory<byte> Body => body;

    public static BoardAnswer Json<T>(T view, JsonTypeInfo<T> type) => new(
        StatusCodes.Status200OK, "application/json; charset=utf-8", contentSecurityPolicy: null, JsonSerializer.SerializeToUtf8Bytes(view, type));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (contentSecurityPolicy is not null)
            response.Headers[HeaderNames.ContentSecurityPolicy] = contentSecurityPolicy;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
