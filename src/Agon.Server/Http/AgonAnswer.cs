using System.Globalization;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Submissions;
using Agon.Server.Tournaments;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Http;

/// <summary>How answers are written: one JSON context, one shape of error (contract section 1), and another one of tournaments.</summary>
internal static class AgonAnswer
{
    private const string SecondsToRetryAfter = "5";

    public static void Configure(JsonSerializerOptions options)
    {
        var wire = AgonJson.Wire.Options;
        options.PropertyNamingPolicy = wire.PropertyNamingPolicy;
        options.Encoder = wire.Encoder;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = wire.NumberHandling;
        foreach (var converter in wire.Converters)
            options.Converters.Add(converter);
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(AgonJson.Default);
    }

    public static Task WriteErrorAsync(HttpContext http, int status, string detail)
    {
        http.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            http.Response.Headers.RetryAfter = SecondsToRetryAfter;
        if (TournamentRefusal.IsOf(http.Request.Path))
            return TournamentRefusal.General(status, detail).ExecuteAsync(http);
        // Without a token of ours it is quiet about a client that has left meanwhile, which is no error.
        return http.Response.WriteAsJsonAsync(new ErrorView { Detail = detail }, AgonJson.Wire.ErrorView, contentType: null, CancellationToken.None);
    }
}

/// <summary>A refusal: a status and a sentence for whoever asked.</summary>
internal sealed class Refusal(int status, string detail) : IResult
{
    public int Status => status;

    public string Detail => detail;

    /// <summary>After how many seconds the same request may be answered otherwise; null where nobody knows.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static Refusal BadRequest(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static Refusal Forbidden(string detail) => new(StatusCodes.Status403Forbidden, detail);

    public static Refusal NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);

    public static Refusal Busy(string detail) => new(StatusCodes.Status503ServiceUnavailable, detail);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (RetryAfterSeconds is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return AgonAnswer.WriteErrorAsync(httpContext, status, detail);
    }
}

/// <summary>422: a part of the request is missing or is of another type (contract section 1).</summary>
internal sealed class Unreadable(string place, string name, string message, string type) : IResult
{
    public static Unreadable Number(string place, string name) =>
        new(place, name, "Input should be a valid integer", "int_parsing");

    public static Unreadable Missing(string place, string name, string message) => new(place, name, message, "missing");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        var view = new FieldErrorsView { Detail = [new FieldErrorView { Loc = name.Length > 0 ? [place, name] : [place], Msg = message, Type = type }] };
        return httpContext.Response.WriteAsJsonAsync(view, AgonJson.Wire.FieldErrorsView, contentType: null, CancellationToken.None);
    }
}
