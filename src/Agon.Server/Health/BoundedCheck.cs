using Agon.Domain.Health;
using Agon.Storage;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Health;

/// <summary>A look at something that may fail or hang: it answers in time in any case, and never runs twice at once.</summary>
internal sealed partial class BoundedCheck(string name, Func<CancellationToken, Task<Finding>> look, TimeProvider clock, ILogger logger)
{
    /// <summary>How long a look may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private Task<Finding>? running;

    /// <summary>What is found now. Not to be called again before it has answered.</summary>
    public async Task<Finding> AskAsync()
    {
        // One that hangs is waited for once more, not started again beside itself.
        if (running is null or { IsCompleted: true })
            running = Task.Run(LookAsync);
        try
        {
            return await running.WaitAsync(Limit, clock);
        }
        catch (TimeoutException)
        {
            return new Finding(name, FindingStatus.Problem, $"no answer within {Limit.TotalSeconds} s");
        }
    }

    private async Task<Finding> LookAsync()
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        try
        {
            return await look(limit.Token);
        }
        catch (Exception error)
        {
            // Whatever it was, its text is for the operator alone. An answer that came late is no fault of ours.
            LogFailed(name, error.Message, limit.IsCancellationRequested || DatabaseFault.IsAway(error) ? null : error);
            return new Finding(name, FindingStatus.Problem, "it does not answer; the server's log says why");
        }
    }

    [LoggerMessage(120, LogLevel.Warning, "Not ready: {Check} does not answer ({Reason})")]
    private partial void LogFailed(string check, string reason, Exception? error);
}
