using System.Collections.Concurrent;
using Agon.Domain.Leaderboards;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Leaderboards;

/// <summary>
/// Answers about public boards as the bytes that were sent, one cache for pages and lists. An entry is good while its board has
/// the version that it was rendered from, and for ten seconds at most: pages tell the time, and other programs write, too.
/// </summary>
internal sealed class BoardCache(BoardVersions versions, TimeProvider clock)
{
    private const long MostBytes = 64 << 20;
    private const int MostEntries = 4096;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> rendering = new(StringComparer.Ordinal);
    private long bytes;

    /// <summary>Under which id an answer about the board is kept; null: what one caller may see of a closed board is nobody else's.</summary>
    public static long? IdOf(Leaderboard board) => board.IsPublic ? board.Id : null;

    /// <summary>The kept answer, or the one that is rendered now: once, for all who ask for it meanwhile.</summary>
    /// <param name="request">With <c>Cache-Control: no-cache</c> no answer is older than the request.</param>
    /// <param name="key">Route and all that the answer depends on but the board.</param>
    /// <param name="render">Gives the board's id and the answer; without an id it is for this caller alone, and not kept.</param>
    /// <param name="cancellationToken">Calls the wait off.</param>
    public async ValueTask<IResult> GetAsync(
        HttpRequest request, string key, Func<CancellationToken, Task<(long? BoardId, IResult Answer)>> render, CancellationToken cancellationToken)
    {
        // The version is read before the board is: what changes in between makes the entry stale, never wrong.
        var atOnce = request.Headers.CacheControl.ToString().Contains("no-cache", StringComparison.OrdinalIgnoreCase);
        var current = await versions.CurrentAsync(atOnce, cancellationToken);
        if (Find(key, current) is { } kept)
            return kept;
        var turn = rendering.GetOrAdd(key, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (Find(key, current) is { } renderedMeanwhile)
                return renderedMeanwhile;
            var (board, answer) = await render(cancellationToken);
            if (board is { } id && answer is BoardAnswer good && current.TryGetValue(id, out var version))
                Keep(key, new Entry(good, id, version, clock.GetTimestamp()));
            return answer;
        }
        finally
        {
            turn.Release();
            rendering.TryRemove(new(key, turn));
        }
    }

    private BoardAnswer? Find(string key, IReadOnlyDictionary<long, long> current) =>
        entries.TryGetValue(key, out var entry)
        && current.TryGetValue(entry.BoardId, out var version) && version == entry.Version
        && clock.GetElapsedTime(entry.At) < Longest
            ? entry.Answer
            : null;

    // Full means a new start: whatever is in demand is back with its next request.
    private void Keep(string key, Entry entry)
    {
        if (entry.Answer.Body.Length > MostBytes / 8)
            return;
        if (entries.Count >= MostEntries || Interlocked.Read(ref bytes) + entry.Answer.Body.Length > MostBytes)
        {
            entries.Clear();
            Interlocked.Exchange(ref bytes, 0);
        }
        entries.TryGetValue(key, out var old);
        entries[key] = entry;
        Interlocked.Add(ref bytes, entry.Answer.Body.Length - (old?.Answer.Body.Length ?? 0));
    }

    private sealed record Entry(BoardAnswer Answer, long BoardId, long Version, long At);
}
