using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Agon.Fuzz.Web;

/// <summary>Keeps what a server logs as an error, and whatever it logs with an exception: no request may cause that.</summary>
internal sealed class LogTrap : ILoggerProvider
{
    private readonly ConcurrentQueue<string> caught = [];

    public ILogger CreateLogger(string categoryName) => new Listener(this, categoryName);

    public void Dispose()
    {
    }

    /// <exception cref="FuzzFaultException">Something was logged since the last call.</exception>
    public void Check()
    {
        if (!caught.TryDequeue(out var first))
            return;
        caught.Clear();
        throw new FuzzFaultException(first);
    }

    /// <summary>What was logged since the last call of <see cref="Check"/>: a request may have its consequences after its answer.</summary>
    public IEnumerable<string> Caught => caught;

    private sealed class Listener(LogTrap trap, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error || exception is not null)
                trap.caught.Enqueue($"logged by {category}: {formatter(state, exception)} {exception?.GetType().Name}\n{exception}");
        }
    }
}
