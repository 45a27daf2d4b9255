using Agon.Server.Jobs;
using Agon.Storage.Submissions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Submissions;

/// <summary>
/// Looks out for all who watch a submission here: one question to the database for all of them, four times a second. A stream asks for
/// itself only when there is something to read, and few do so at once, so that watchers never use up the connections of those who work.
/// </summary>
internal sealed partial class Lookout(
    SubmissionStore submissions, News news, DatabaseOutage outage, TimeProvider clock, ILogger<Lookout> logger) : BackgroundService
{
    private const int MostAsking = 8;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<long, Watched> watched = [];
    private readonly Pulse arrived = new();
    private readonly SemaphoreSlim asking = new(MostAsking);

    /// <summary>Until it is disposed, <see cref="News.Submission"/> beats when any server wrote something about the submission.</summary>
    public Watched Watch(long id)
    {
        lock (watched)
        {
            if (!watched.TryGetValue(id, out var one))
                watched[id] = one = new Watched(this, id);
            one.Watchers++;
            arrived.Beat();
            return one;
        }
    }

    /// <summary>Asks the database on behalf of a watcher.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> question, CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            return await question();
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>One look: whoever's submission has changed, or is gone, is woken.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var all = All();
        if (all.Count == 0)
            return;
        var heads = (await submissions.HeadsAsync(all.Select(one => one.Id), cancellationToken)).ToDictionary(head => head.Id);
        foreach (var one in all)
        {
            var head = heads.GetValueOrDefault(one.Id);
            if (head is not null && head == one.Head)
                continue;
            (one.Head, one.IsGone) = (head, head is null);
            news.Submission(one.Id).Beat();
        }
    }

    public override void Dispose()
    {
        asking.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LookOutAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookOutAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = arrived.Next;
            if (All().Count == 0)
                await next.WaitAsync(stoppingToken);
            try
            {
                await LookAsync(stoppingToken);
                outage.Over();
            }
            catch (Exception error) when (Patience.IsAway(error))
            {
                if (!outage.Explains(error))
                    LogTrouble(error);
                // Who watches finds out for himself; the next look tries again.
                foreach (var one in All())
                    news.Submission(one.Id).Beat();
            }
            await Task.Delay(LookEvery, clock, stoppingToken);
        }
    }

    private List<Watched> All()
    {
        lock (watched)
            return [.. watched.Values];
    }

    private void Leave(Watched one)
    {
        lock (watched)
        {
            if (--one.Watchers == 0)
                watched.Remove(one.Id);
        }
    }

    [LoggerMessage(230, LogLevel.Error, "Nothing could be seen of the submissions that are watched; the next look tries again")]
    private partial void LogTrouble(Exception error);

    /// <summary>A submission that somebody watches here.</summary>
    internal sealed class Watched(Lookout lookout, long id) : IDisposable
    {
        public long Id => id;

        /// <summary>Whether there is no such submission any more.</summary>
        public bool IsGone { get; set; }

        /// <summary>How it stood at the last look; null before the first.</summary>
        public SubmissionHead? Head { get; set; }

        public int Watchers { get; set; }

        public void Dispose() => lookout.Leave(this);
    }
}
