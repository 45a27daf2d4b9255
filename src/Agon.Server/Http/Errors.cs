using Agon.Evaluation.Containers;
using Agon.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Agon.Server.Http;

/// <summary>What no handler answered: every error leaves in the contract's shape, and none tells what is inside.</summary>
internal static partial class Errors
{
    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => TellFailureAsync(http, app.Logger),
            // A line for each request that meets a database which is away, not a page; none for a client that broke off its own.
            SuppressDiagnosticsCallback = failure => failure.Exception is BadHttpRequestException || DatabaseFault.IsAway(failure.Exception),
        });
        app.UseStatusCodePages(page => TellStatusAsync(page.HttpContext));
    }

    /// <summary>
    /// While the server goes, its health says so, for whoever picks a server; every request that still comes is answered, and
    /// its connection is closed behind the answer.
    /// </summary>
    public static void UseGoodbye(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        app.Use((http, next) =>
        {
            if (!drain.Begun.IsCancellationRequested || http.Request.Path == HealthApi.ReadyPath)
                return next(http);
            http.Response.Headers.Connection = "close";
            return http.Request.Path.StartsWithSegments(HealthApi.Path)
                ? AgonAnswer.WriteErrorAsync(http, StatusCodes.Status503ServiceUnavailable, "the server is shutting down; ask another one")
                : next(http);
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

    private static Task TellFailureAsync(HttpContext http, ILogger logger)
    {
        switch (http.Features.Get<IExceptionHandlerFeature>()?.Error)
        {
            case BadHttpRequestException bad:
                return AgonAnswer.WriteErrorAsync(http, bad.StatusCode, bad.StatusCode switch
                {
                    StatusCodes.Status413PayloadTooLarge => "the body is larger than this address takes",
                    StatusCodes.Status408RequestTimeout => "the body did not arrive in time",
                    _ => "the request could not be read",
                });
            case { } error when DatabaseFault.IsAway(error):
                LogDatabaseAway(logger, error.Message);
                return AgonAnswer.WriteErrorAsync(http, StatusCodes.Status503ServiceUnavailable, "the database does not answer just now; try again in a moment");
            case PlatformFaultException:
                return AgonAnswer.WriteErrorAsync(http, StatusCodes.Status503ServiceUnavailable,
                    "this machine could not take it just now, which is not your fault; try again, and tell the operator if it stays so");
            default:
                return AgonAnswer.WriteErrorAsync(http, StatusCodes.Status500InternalServerError,
                    "the server failed to answer, which is not your fault; try again, and tell the operator if it stays so");
        }
    }

    private static Task TellStatusAsync(HttpContext http) => AgonAnswer.WriteErrorAsync(http, http.Response.StatusCode, http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "there is nothing at this address",
        StatusCodes.Status405MethodNotAllowed => $"this address does not answer {http.Request.Method}",
        var status => $"the request was refused with status {status}",
    });

    [LoggerMessage(110, LogLevel.Warning, "A request got 503, since the database did not answer: {Reason}")]
    private static partial void LogDatabaseAway(ILogger logger, string reason);
}
