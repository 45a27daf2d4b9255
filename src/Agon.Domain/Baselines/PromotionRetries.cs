namespace Agon.Domain.Baselines;

/// <summary>When a promotion is tried again that somebody else's server, or ours, was in the way of.</summary>
public static class PromotionRetries
{
    /// <summary>After so many tries it waits for an operator.</summary>
    public const int Most = 8;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The pause after that many tries: twice as long each time, up to 1 h. Null: no more.</summary>
    public static TimeSpan? WaitAfter(int tries)
    {
        if (tries >= Most)
            return null;
        var wait = First * Math.Pow(2, Math.Max(tries, 1) - 1);
        return wait < Longest ? wait : Longest;
    }
}
