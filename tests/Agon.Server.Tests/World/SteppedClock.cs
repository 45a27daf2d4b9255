namespace Agon.Server.Tests.World;

/// <summary>Stands still until a test moves it. Its timers, which go off once, do so on the pool, as the machine's own do.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> set = [];
    private readonly DateTimeOffset start = System.GetUtcNow();
    private TimeSpan passed;
    private int timers;

    /// <summary>How many timers were ever made.</summary>
    public int Timers => Volatile.Read(ref timers);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
            return passed.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => start.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        Interlocked.Increment(ref timers);
        return alarm;
    }

    public void Move(TimeSpan by)
    {
        lock (gate)
        {
            passed += by;
            RingDue();
        }
    }

    private void RingDue()
    {
        foreach (var alarm in set.Where(alarm => alarm.Due <= passed).ToList())
        {
            set.Remove(alarm);
            alarm.Ring();
        }
    }

    private void Set(Alarm alarm, TimeSpan dueTime)
    {
        lock (gate)
        {
            set.Remove(alarm);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            alarm.Due = passed + dueTime;
            set.Add(alarm);
            RingDue();
        }
    }

    private sealed class Alarm(SteppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public void Ring() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            clock.Set(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
