using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace Agon.Server.Http;

/// <summary>What no handler answered: every error leaves in the contract's shape, and none tells what is inside.</summary>
internal static class Errors
{
    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = TellFailureAsync });
        app.UseStatusCodePages(page => TellStatusAsync(page.HttpContext));
    }

    /// <summary>While the server goes, a client is told to come back: its request would be cut off half-way.</summary>
    public static void UseGoodbye(this WebApplication app)
    {
        var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        app.Use((http, next) =>
        {
            if (!stopping.IsCancellationRequested)
                return next(http);
            http.Response.Headers.RetryAfter = "5";
            http.Response.Headers.Connection = "close";
            return AgonAnswer.WriteErrorAsync(http, StatusCodes.Status503ServiceUnavailable, "the server is shutting down; try again in a moment");
        });
    }

    /// <summary>What a browser must know about every answer; a page may say otherwise for itself.</summary>
    public static void UseSafeHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        // At the last moment: an answer to an unhandled exception starts from empty headers.
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'");
            headers.TryAdd(HeaderNames.CacheControl, "no-store");
            return Task.CompletedTask;
        });
        return next(http);
    });

    private static Task TellFailureAsync(HttpContext http) =>
        http.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
            ? AgonAnswer.WriteErrorAsync(http, bad.StatusCode, "the request could not be read")
            : AgonAnswer.WriteErrorAsync(http, StatusCodes.Status500InternalServerError,
                "the server failed to answer, which is not your fault; try again, and tell the operator if it stays so");

    private static Task TellStatusAsync(HttpContext http) => AgonAnswer.WriteErrorAsync(http, http.Response.StatusCode, http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "there is nothing at this address",
        StatusCodes.Status405MethodNotAllowed => $"this address does not answer {http.Request.Method}",
        var status => $"the request was refused with status {status}",
    });
}
