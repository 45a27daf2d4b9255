using System.Data.Common;

namespace Agon.Server.Jobs;

/// <summary>Outlives a database that is away for a moment.</summary>
internal static class Patience
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Whether the database did not answer, or answered that it cannot just now.</summary>
    public static bool IsAway(Exception error) => error is DbException or TimeoutException;

    /// <summary>Tries again, each time after twice the wait, until it works or <paramref name="giveUp"/> says that it is no use.</summary>
    /// <exception cref="DbException">The last failure, when <paramref name="giveUp"/> said so.</exception>
    /// <exception cref="TimeoutException">The same.</exception>
    public static async Task<T> WithAsync<T>(
        TimeProvider clock, Func<bool> giveUp, Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var wait = First; ; wait = wait * 2 < Longest ? wait * 2 : Longest)
        {
            try
            {
                return await attempt();
            }
            catch (Exception error) when (IsAway(error) && !giveUp())
            {
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }
}
