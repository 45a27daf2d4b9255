namespace Agon.Launchers.Tests.Local;

/// <summary>A clock whose timers come twenty times sooner: a deadline of minutes is one of seconds.</summary>
internal class HurriedClock : TimeProvider
{
    private const int Haste = 20;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Haste : dueTime, period);
}
