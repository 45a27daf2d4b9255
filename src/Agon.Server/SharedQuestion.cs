using System.Collections.Concurrent;

namespace Agon.Server;

/// <summary>
/// One question for all who ask it at the same time. Who asks while it is being answered waits for the next answer, so each
/// answer is of a moment after it was asked for: nothing is ever told from memory.
/// </summary>
/// <remarks>However many ask one that takes long, two thirds of the time are left to others.</remarks>
internal sealed class SharedQuestion<T>(Func<Task<T>> ask, TimeProvider clock)
{
    // A timer is no finer, and what is quicker to answer does not need it.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock joining = new();
    private Task<T>? next;
    private Task current = Task.CompletedTask;
    private long answered;
    private TimeSpan pause;

    public Task<T> AskAsync()
    {
        lock (joining)
            return next ??= AskAfterAsync(current);
    }

    private async Task<T> AskAfterAsync(Task before)
    {
        // Yields in any case: not before the lock is free is this the next one.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        if (pause - clock.GetElapsedTime(answered) is var rest && rest >= ShortestPause)
            await Task.Delay(rest, clock);
        lock (joining)
        {
            current = next!;
            next = null;
        }
        var began = clock.GetTimestamp();
        try
        {
            return await ask();
        }
        finally
        {
            answered = clock.GetTimestamp();
            pause = clock.GetElapsedTime(began, answered) * 2;
            if (pause > LongestPause)
                pause = LongestPause;
        }
    }
}

/// <summary>As <see cref="SharedQuestion{T}"/>, one for each key.</summary>
internal sealed class SharedQuestions<TKey, T>(Func<TKey, Task<T>> ask, TimeProvider clock) where TKey : notnull
{
    // Keys may be whatever somebody asks for. A question that is forgotten while it is asked is only not shared any further.
    private const int MostKept = 1000;

    private readonly ConcurrentDictionary<TKey, SharedQuestion<T>> questions = new();

    public Task<T> AskAsync(TKey key)
    {
        if (questions.TryGetValue(key, out var known))
            return known.AskAsync();
        // Only for a new one: to count them takes all locks of the table.
        if (questions.Count >= MostKept)
            questions.Clear();
        return questions.GetOrAdd(key, key => new SharedQuestion<T>(() => ask(key), clock)).AskAsync();
    }
}
