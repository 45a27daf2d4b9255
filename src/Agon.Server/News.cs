namespace Agon.Server;

/// <summary>Wakes those in this process who wait for something that is also in the database: it hastens a poll, and no more.</summary>
internal sealed class News
{
    private readonly Pulse[] submissions = [.. Enumerable.Range(0, 1024).Select(_ => new Pulse())];

    /// <summary>Beats when a job may have become free to run.</summary>
    public Pulse Jobs { get; } = new();

    /// <summary>Beats when this process wrote something about the submission, now and then about another one.</summary>
    public Pulse Submission(long id) => submissions[(int)((ulong)id % (ulong)submissions.Length)];
}

/// <summary>A bell for any number of listeners.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource next = NewSource();

    /// <summary>Ends at the next beat. Take it before looking, so that no beat falls in between.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Beat() => Interlocked.Exchange(ref next, NewSource()).TrySetResult();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal static class PulseWait
{
    /// <summary>Waits for the beat, but no longer than <paramref name="limit"/>.</summary>
    /// <exception cref="OperationCanceledException">The wait was called off.</exception>
    public static async Task OrAfter(this Task beat, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(beat, Task.Delay(limit, clock, over.Token));
        await over.CancelAsync();   // else the timer outlives the wait
        cancellationToken.ThrowIfCancellationRequested();
    }
}
