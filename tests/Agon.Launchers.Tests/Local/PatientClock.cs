namespace Agon.Launchers.Tests.Local;

/// <summary>A clock whose timers never come: a runner ends by itself however busy the machine is, and the test's own patience is the limit.</summary>
internal sealed class PatientClock : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
