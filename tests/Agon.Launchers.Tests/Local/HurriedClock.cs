namespace Agon.Launchers.Tests.Local;

/// <summary>A clock whose timers come a hundred times sooner: a deadline of minutes is a second.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private const int Haste = 100;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Haste : dueTime, period);
}
