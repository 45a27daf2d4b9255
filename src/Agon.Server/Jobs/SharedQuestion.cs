namespace Agon.Server.Jobs;

/// <summary>
/// One question for all who ask it at the same time. Who asks while it is being answered waits for the next answer, so each
/// answer is of a moment after it was asked for: nothing is ever told from memory.
/// </summary>
internal sealed class SharedQuestion<T>(Func<Task<T>> ask)
{
    private readonly Lock joining = new();
    private Task<T>? next;
    private Task current = Task.CompletedTask;

    public Task<T> AskAsync()
    {
        lock (joining)
            return next ??= AskAfterAsync(current);
    }

    private async Task<T> AskAfterAsync(Task before)
    {
        // Yields in any case: not before the lock is free is this the next one.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (joining)
        {
            current = next!;
            next = null;
        }
        return await ask();
    }
}
