using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Agon.Server.Telemetry;

/// <summary>The log: one line a message on standard error, for people or, with <c>Logging:Format</c> json, for programs.</summary>
internal static class LogServices
{
    private const string Format = "Logging:Format";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <exception cref="InvalidDataException">The format is neither text nor json.</exception>
    public static void AddLog(this IHostApplicationBuilder builder)
    {
        var log = builder.Logging;
        switch (builder.Configuration[Format])
        {
            case null or "text":
                log.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, Time, true));
                break;
            case "json":
                // With the trace that a message belongs to, where there is one.
                log.AddJsonConsole(console => (console.IncludeScopes, console.TimestampFormat, console.UseUtcTimestamp) = (true, Time.Trim(), true));
                log.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
                break;
            case var other:
                throw new InvalidDataException($"{Format} is '{other}'; it is text or json");
        }
        // A start that fails is told in one line by who started it; the framework would put stacks before that.
        var start = new HostStart();
        builder.Services.AddSingleton(start);
        log.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && (start.IsOver || level == LogLevel.Critical));
        // Standard output belongs to what a command answers.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        log.AddFilter("Microsoft", LogLevel.Warning);
        log.AddConfiguration(builder.Configuration.GetSection("Logging"));
    }
}

/// <summary>Whether this process has started.</summary>
internal sealed class HostStart
{
    private volatile bool isOver;

    public bool IsOver
    {
        get => isOver;
        set => isOver = value;
    }
}
