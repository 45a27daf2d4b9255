using Agon.Storage.Leaderboards;

namespace Agon.Server.Leaderboards;

/// <summary>Which version each board has, as the database said a moment ago: what was rendered from an older one is thrown away.</summary>
internal sealed class BoardVersions(LeaderboardStore leaderboards, TimeProvider clock) : IDisposable
{
    /// <summary>So old may a page be, after a verdict on any server.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim asking = new(1);
    private volatile Answer last = new(new Dictionary<long, long>(), long.MinValue);
    private long changed = long.MinValue;

    /// <summary>What was answered before this moment counts no more: for changes that this server itself has made.</summary>
    public void Forget() => Interlocked.Exchange(ref changed, clock.GetTimestamp());

    /// <summary>The versions, asked for anew, once for all who wait, if the last answer is too old.</summary>
    /// <param name="atOnce">Whether a quarter of a second is too old: who has just seen a verdict wants to see its rank.</param>
    /// <param name="cancellationToken">Calls the wait off.</param>
    public ValueTask<IReadOnlyDictionary<long, long>> CurrentAsync(bool atOnce, CancellationToken cancellationToken)
    {
        var oldest = clock.GetTimestamp() - (atOnce ? 0 : (long)(AskEvery.TotalSeconds * clock.TimestampFrequency));
        oldest = Math.Max(oldest, Interlocked.Read(ref changed));
        return last is var known && known.At > oldest ? ValueTask.FromResult(known.Versions) : AskAsync(oldest, cancellationToken);
    }

    private async ValueTask<IReadOnlyDictionary<long, long>> AskAsync(long oldest, CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (last.At > oldest)
                return last.Versions;
            // As old as the question, not as the answer.
            var asked = clock.GetTimestamp();
            last = new Answer(await leaderboards.VersionsAsync(cancellationToken), asked);
            return last.Versions;
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    private sealed record Answer(IReadOnlyDictionary<long, long> Versions, long At);
}
