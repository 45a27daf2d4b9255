using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>
/// Listens to the engine beside a build. The build's own words may be anybody's; that the engine lost its listeners, or killed a step because somebody
/// else told it to, no command of a build can bring about.
/// </summary>
internal sealed class BuildWatch : IAsyncDisposable
{
    /// <summary>The engine's word may come a moment after the end that it tells of.</summary>
    private static readonly TimeSpan LateWord = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource end = new();
    private readonly MemoryStream kills = new();
    private readonly Task<ToolAnswer> listening;

    /// <param name="engine">Who builds.</param>
    /// <param name="name">The build's label, which its steps bear.</param>
    /// <param name="limit">Longer than the build may last.</param>
    internal BuildWatch(DockerEngine engine, string name, TimeSpan limit) => listening = engine.RunAsync(
        ["events", "--filter", "type=container", "--filter", "event=kill", "--filter", $"label={OwnTraces.Label}={name}", "--format", "{{.Action}}"], end.Token, limit, kills);

    /// <summary>Whether the engine went away since, though it may be back by now, or a step was killed from outside. Asked once.</summary>
    internal async Task<bool> WasDisturbedAsync()
    {
        var lost = await Task.WhenAny(listening, Task.Delay(LateWord, TimeProvider.System)) == listening;
        await StopAsync();
        return lost || kills.Length > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        end.Dispose();
    }

    /// <summary>Until nothing is written to <see cref="kills"/> any more.</summary>
    private async Task StopAsync()
    {
        await end.CancelAsync();
        await Task.WhenAny(listening);
    }
}
