using System.Diagnostics;

namespace Agon.Storage;

/// <summary>Small writes of a kind that come at the same time share a transaction, and so its statements, its locks and its wait for the disk.</summary>
/// <param name="database">Where to.</param>
/// <param name="work">
/// Writes them all and gives what came of each, in their order. What it has written when it returns is committed. It may be
/// done twice: its first try undone.
/// </param>
/// <remarks>
/// Each is answered after the commit. If one of them fails, nothing of the transaction has happened, and each is written anew
/// in a transaction of its own: a fault hits only whom it belongs to, and one of the database itself
/// hits all that are left. A commit that fails is nobody's own, and is told to all.
/// </remarks>
internal sealed class GroupCommit<TItem, TResult>(Database database, Func<Session, IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> work)
{
    private const int MostTogether = 64;

    // Where several may write at once, one works while another waits for the disk, or for somebody's lock.
    private const int MostWriters = 2;

    // Each waiting write holds what it is to write.
    private const int MostWaiting = 1000;

    private static readonly TimeSpan MostForEach = TimeSpan.FromSeconds(30);

    private readonly Lock queueing = new();
    private readonly Queue<Write> waiting = new();
    private int writers;

    /// <summary>Writes the item in a transaction that others may share, and answers once that is committed.</summary>
    /// <param name="item">What to write.</param>
    /// <param name="cancellationToken">Cancels before the work begins, never after.</param>
    /// <exception cref="TimeoutException">More writes wait than would be done in good time.</exception>
    public Task<TResult> WriteAsync(TItem item, CancellationToken cancellationToken)
    {
        var write = new Write(item, cancellationToken);
        lock (queueing)
        {
            if (waiting.Count >= MostWaiting)
                throw new TimeoutException($"{MostWaiting} writes to {database.Place} wait already");
            waiting.Enqueue(write);
            if (writers < (database.Dialect.OneWriter ? 1 : MostWriters))
            {
                writers++;
                _ = Task.Run(WriteAllAsync, CancellationToken.None);   // its outcome is in the answers
            }
        }
        return write.Answer;
    }

    private async Task WriteAllAsync()
    {
        while (NextGroup() is { } group)
        {
            if (!await TryAsync(group))
                await TryEachAsync(group);
            // What waits behind a database that is gone would only wait longer to hear the same.
            if (group[^1].Failure is { } gone && (gone is TimeoutException || DatabaseFault.IsRestarting(gone)))
                Waiting().ForEach(write => write.Fail(gone));
        }
    }

    /// <summary>Each by itself, as long as the database answers in good time: a dead one must not be waited for once for each.</summary>
    private async Task TryEachAsync(List<Write> group)
    {
        var started = Stopwatch.GetTimestamp();
        Exception? away = null;
        foreach (var write in group)
        {
            if (away is null && Stopwatch.GetElapsedTime(started) > MostForEach)
                away = new TimeoutException($"{database.Place} takes too long to write");
            if (away is not null)
                write.Fail(away);
            else if (await TryAsync([write]) && write.Failure is { } error && DatabaseFault.IsAway(error))
                away = error;
        }
    }

    private List<Write> Waiting()
    {
        lock (queueing)
        {
            var all = waiting.Where(write => !write.IsCalledOff()).ToList();
            waiting.Clear();
            return all;
        }
    }

    private List<Write>? NextGroup()
    {
        lock (queueing)
        {
            var group = new List<Write>();
            while (group.Count < MostTogether && waiting.TryDequeue(out var write))
            {
                if (!write.IsCalledOff())
                    group.Add(write);
            }
            if (group.Count > 0)
                return group;
            writers--;
            return null;
        }
    }

    /// <returns>Whether all are answered; false: one of several failed, nothing was written, and nobody has heard of it.</returns>
    private async Task<bool> TryAsync(List<Write> group)
    {
        var isAtWork = false;
        IReadOnlyList<TResult> results;
        try
        {
            await using var session = await database.WriteAsync(CancellationToken.None);
            isAtWork = true;
            results = await work(session, [.. group.Select(write => write.Item)]);
            isAtWork = false;
            await session.CommitAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            // One that is gone or silent is nobody's own fault, and waiting for it once more would only take twice as long.
            if (isAtWork && group.Count > 1 && !DatabaseFault.IsRestarting(error))
                return false;
            group.ForEach(write => write.Fail(error));
            return true;
        }
        foreach (var (write, result) in group.Zip(results))
            write.Succeed(result);
        return true;
    }

    private sealed class Write(TItem item, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource<TResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TItem Item => item;

        public Task<TResult> Answer => answer.Task;

        public Exception? Failure => answer.Task.Exception?.InnerException;

        /// <summary>Whether its caller is gone; then it is over.</summary>
        public bool IsCalledOff() => cancellationToken.IsCancellationRequested && answer.TrySetCanceled(cancellationToken);

        public void Succeed(TResult result) => answer.SetResult(result);

        public void Fail(Exception error) => answer.SetException(error);
    }
}
