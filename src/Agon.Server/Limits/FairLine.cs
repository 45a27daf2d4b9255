namespace Agon.Server.Limits;

/// <summary>
/// A bounded number of places, and a line for those who find none. Free places go round the callers who wait, one each, so that
/// a flood from one caller delays another by the place that is just being freed, and by nothing else. Nobody waits for ever.
/// </summary>
internal sealed class FairLine(int most, int mostByCaller, int mostWaiting, int mostWaitingByCaller, TimeSpan patience, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);

    // The lanes in which somebody waits; the first is served next, and goes to the end.
    private readonly LinkedList<Lane> round = new();
    private int taken;
    private int waiting;

    /// <summary>How many callers are known just now; each has a place, or waits for one.</summary>
    public int Callers
    {
        get
        {
            lock (gate)
                return lanes.Count;
        }
    }

    /// <summary>How many have a place just now.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>How many wait just now.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>A place until it is disposed; null if the line is full, or the turn did not come in time.</summary>
    /// <exception cref="OperationCanceledException">The wait was called off.</exception>
    public ValueTask<IDisposable?> EnterAsync(string caller, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!lanes.TryGetValue(caller, out var lane))
                lanes[caller] = lane = new Lane(caller);
            // While there is a place, whoever waits has all that is his.
            if (taken < most && lane.Taken < mostByCaller)
                return ValueTask.FromResult<IDisposable?>(Take(lane));
            if (waiting >= mostWaiting || lane.Waiting.Count >= mostWaitingByCaller)
            {
                Forget(lane);
                return ValueTask.FromResult<IDisposable?>(null);
            }
            waiting++;
            if (lane.Waiting.Count == 0)
                round.AddLast(lane);
            return WaitAsync(lane, lane.Waiting.AddLast(new TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously)), cancellationToken);
        }
    }

    private async ValueTask<IDisposable?> WaitAsync(Lane lane, LinkedListNode<TaskCompletionSource<Place>> turn, CancellationToken cancellationToken)
    {
        try
        {
            return await turn.Value.Task.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return GaveUp(lane, turn) ? null : await turn.Value.Task;
        }
        catch (OperationCanceledException)
        {
            if (!GaveUp(lane, turn))
                (await turn.Value.Task).Dispose();
            throw;
        }
    }

    // False: the turn came at that moment.
    private bool GaveUp(Lane lane, LinkedListNode<TaskCompletionSource<Place>> turn)
    {
        lock (gate)
        {
            if (turn.List is null)
                return false;
            Remove(lane, turn);
            Forget(lane);
            return true;
        }
    }

    private void Leave(Lane lane)
    {
        lock (gate)
        {
            taken--;
            lane.Taken--;
            if (taken < most && Next() is { } next)
            {
                var turn = next.Waiting.First!;
                Remove(next, turn);
                if (next.Waiting.Count > 0)
                {
                    round.Remove(next);
                    round.AddLast(next);
                }
                turn.Value.SetResult(Take(next));
            }
            Forget(lane);
        }
    }

    private Place Take(Lane lane)
    {
        taken++;
        lane.Taken++;
        return new Place(this, lane);
    }

    private Lane? Next()
    {
        foreach (var lane in round)
        {
            if (lane.Taken < mostByCaller)
                return lane;
        }
        return null;
    }

    private void Remove(Lane lane, LinkedListNode<TaskCompletionSource<Place>> turn)
    {
        lane.Waiting.Remove(turn);
        waiting--;
        if (lane.Waiting.Count == 0)
            round.Remove(lane);
    }

    private void Forget(Lane lane)
    {
        if (lane is { Taken: 0, Waiting.Count: 0 })
            lanes.Remove(lane.Caller);
    }

    private sealed class Lane(string caller)
    {
        public string Caller => caller;

        public int Taken { get; set; }

        public LinkedList<TaskCompletionSource<Place>> Waiting { get; } = new();
    }

    private sealed class Place(FairLine line, Lane lane) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                line.Leave(lane);
        }
    }
}
