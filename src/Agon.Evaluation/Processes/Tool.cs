using System.Diagnostics;

namespace Agon.Evaluation.Processes;

/// <summary>One call of a program of this machine that works for us, such as git or docker.</summary>
/// <param name="Words">Absolute path, then arguments.</param>
/// <param name="Environment">The whole environment.</param>
/// <param name="Limit">After that its process group is killed.</param>
internal sealed record ToolCall(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Environment, TimeSpan Limit)
{
    /// <summary>Takes its output as it comes; null keeps the first megabyte as text.</summary>
    internal Stream? Output { get; init; }

    /// <summary>Keeps so many bytes of the end of its output instead; its errors are among them.</summary>
    internal int? OutputTail { get; init; }
}

/// <summary>What it said.</summary>
/// <param name="ExitCode">Null if it was killed at its limit.</param>
/// <param name="Output">Its output, unless that went to a stream.</param>
/// <param name="Errors">The end of its errors.</param>
internal sealed record ToolAnswer(int? ExitCode, string Output, string Errors)
{
    internal bool Succeeded => ExitCode == 0;

    /// <summary>The last line of its errors that says anything: what the tool itself thinks is wrong.</summary>
    internal string Complaint => ExitCode is null
        ? "it took too long"
        : (Errors.Trim().Split('\n')[^1].Trim() is { Length: > 0 } line ? line : $"exit code {ExitCode}");
}

/// <summary>Runs tools, each with nothing but what it is given.</summary>
internal static class Tool
{
    private const int KeptOutput = 1 << 20, KeptErrors = 8 << 10;

    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the tool is gone.</exception>
    internal static Task<ToolAnswer> RunAsync(ToolCall call, CancellationToken cancellationToken) =>
        DedicatedThread.RunAsync("tool", () => Run(call, cancellationToken));

    private static ToolAnswer Run(ToolCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (output, outputInside) = Descriptors.Pipe();
        var (errors, errorsInside) = Descriptors.Pipe();
        var (cancelled, cancel) = Descriptors.Pipe();
        using var nothing = Descriptors.MemoryFile("");
        using (output)
        using (errors)
        using (cancelled)
        using (cancel)
        using (cancellationToken.Register(cancel.Dispose))
        using (var child = Start(call, [nothing, outputInside, errorsInside]))
        {
            var (text, complaints) = (new OutputCapture(KeptOutput), new TailCapture(KeptErrors));
            var tail = call.OutputTail is { } bytes ? new TailCapture(bytes) : null;
            var watch = new DescriptorWatch();
            watch.Add(output, call.Output is { } stream ? stream.Write : tail is null ? text.Append : tail.Append);
            watch.Add(errors, tail is null ? complaints.Append : part =>
            {
                tail.Append(part);
                complaints.Append(part);
            });
            var ended = Watch(watch, child, cancelled, call.Limit, cancellationToken);
            if (!ended) child.KillGroup();
            child.Reap();
            return new ToolAnswer(ended ? child.ExitCode : null, tail?.ToString() ?? text.ToString(), complaints.ToString());
        }
    }

    private static ChildProcess Start(ToolCall call, Microsoft.Win32.SafeHandles.SafeFileHandle[] descriptors)
    {
        try
        {
            return ChildProcess.Spawn(new ChildCommand(call.Words, call.Environment, descriptors));
        }
        finally
        {
            descriptors[1].Dispose();
            descriptors[2].Dispose();
        }
    }

    /// <summary>Whether it ended by itself. What a helper of its own still holds open is read for a moment only.</summary>
    private static bool Watch(
        DescriptorWatch watch, ChildProcess child, Microsoft.Win32.SafeHandles.SafeFileHandle cancelled, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            var start = Stopwatch.GetTimestamp();
            while (true)
            {
                var left = limit - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero) return false;
                var signals = watch.Step(left, child.Ended, cancelled);
                if (signals[1]) cancellationToken.ThrowIfCancellationRequested();
                if (!signals[0]) continue;
                var drained = Stopwatch.GetTimestamp();
                while (watch.AnyOpen && Stopwatch.GetElapsedTime(drained) < TimeSpan.FromSeconds(1)) watch.Step(TimeSpan.FromMilliseconds(100));
                return true;
            }
        }
        catch
        {
            child.KillGroup();
            throw;
        }
    }
}
