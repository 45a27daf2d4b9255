namespace Agon.Storage;

/// <summary>Small writes that come at the same time share one transaction, and so one wait for the disk.</summary>
/// <remarks>
/// Each is answered after the commit. If one of them fails, nothing of the transaction has happened, and each is written anew
/// in a transaction of its own: a fault hits only whom it belongs to. A commit that fails is nobody's own, and is told to all.
/// PostgreSQL lets many write at once, and joins their waits for the disk by itself: there each has its own transaction.
/// </remarks>
internal sealed class GroupCommit(Database database)
{
    private const int MostTogether = 64;

    // Each waiting write holds what it is to write.
    private const int MostWaiting = 1000;

    private readonly Lock queueing = new();
    private readonly Queue<Write> waiting = new();
    private bool writing;

    /// <summary>Does the work in a transaction that others may share, and answers once that is committed.</summary>
    /// <param name="work">What it has written when it returns is committed. It may be done twice: its first try undone.</param>
    /// <param name="cancellationToken">Cancels before the work begins, never after.</param>
    /// <exception cref="TimeoutException">More writes wait than would be done in good time.</exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        if (!database.Dialect.OneWriter)
            return WriteAloneAsync(work, cancellationToken);
        var write = new Write<T>(work, cancellationToken);
        lock (queueing)
        {
            if (waiting.Count >= MostWaiting)
                throw new TimeoutException($"{MostWaiting} writes to {database.Place} wait already");
            waiting.Enqueue(write);
            if (!writing)
            {
                writing = true;
                _ = Task.Run(WriteAllAsync, CancellationToken.None);   // its outcome is in the answers
            }
        }
        return write.Answer;
    }

    private async Task<T> WriteAloneAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var done = await work(session);
        await session.CommitAsync(cancellationToken);
        return done;
    }

    private async Task WriteAllAsync()
    {
        while (NextGroup() is { } group)
        {
            if (!await TryAsync(group))
            {
                foreach (var write in group)
                    await TryAsync([write]);
            }
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
            writing = group.Count > 0;
            return writing ? group : null;
        }
    }

    /// <returns>Whether all are answered; false: one of several failed, nothing was written, and nobody has heard of it.</returns>
    private async Task<bool> TryAsync(List<Write> group)
    {
        var isAtWork = false;
        try
        {
            await using var session = await database.WriteAsync(CancellationToken.None);
            isAtWork = true;
            foreach (var write in group)
                await write.DoAsync(session);
            isAtWork = false;
            await session.CommitAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            if (isAtWork && group.Count > 1)
                return false;
            group.ForEach(write => write.Fail(error));
            return true;
        }
        group.ForEach(write => write.Succeed());
        return true;
    }

    private abstract class Write
    {
        /// <summary>Whether its caller is gone; then it is over.</summary>
        public abstract bool IsCalledOff();

        public abstract Task DoAsync(Session session);

        public abstract void Succeed();

        public abstract void Fail(Exception error);
    }

    private sealed class Write<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? done;

        public Task<T> Answer => answer.Task;

        public override bool IsCalledOff() => cancellationToken.IsCancellationRequested && answer.TrySetCanceled(cancellationToken);

        public override async Task DoAsync(Session session) => done = await work(session);

        public override void Succeed() => answer.SetResult(done!);

        public override void Fail(Exception error) => answer.SetException(error);
    }
}
