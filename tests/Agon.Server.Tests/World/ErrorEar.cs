using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Tests.World;

/// <summary>Hears what a server logs as a warning or worse.</summary>
[ProviderAlias(Alias)]
internal sealed class ErrorEar : ILoggerProvider, ILogger
{
    private const string Alias = "Ear";

    public ConcurrentQueue<string> Heard { get; } = [];

    // That Kestrel's own timer came late is a fault of the busy machine.
    private const string LateTimer = "HeartbeatSlow";

    /// <summary>The settings of a server at which one listens.</summary>
    public static Dictionary<string, string?> Heeded(IReadOnlyDictionary<string, string?> settings) =>
        new(settings) { [$"Logging:{Alias}:LogLevel:Default"] = "Warning", [$"Logging:{Alias}:LogLevel:Microsoft"] = "Warning" };

    public static ErrorEar At(TestServer server) => At(server.App.Services);

    public static ErrorEar At(IServiceProvider host)
    {
        var ear = new ErrorEar();
        host.GetRequiredService<ILoggerFactory>().AddProvider(ear);
        return ear;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name != LateTimer)
            Heard.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
    }
}
