namespace Agon.Domain.Tournaments;

/// <summary>When a run is tried again that failed of the platform (D06): always, and never to the cost of its participant.</summary>
public static class RunRetries
{
    /// <summary>From so many attempts on a person is told that the day is held.</summary>
    public const int AttemptsUntilHeld = 3;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The pause after that many attempts: twice as long each time, up to 5 min.</summary>
    public static TimeSpan WaitAfter(int attempts)
    {
        var wait = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return wait < Longest ? wait : Longest;
    }
}
