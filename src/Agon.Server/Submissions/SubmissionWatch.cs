using System.Runtime.CompilerServices;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Submissions;
using Agon.Domain.Submissions;
using Agon.Server.Jobs;
using Agon.Storage.Submissions;

namespace Agon.Server.Submissions;

/// <summary>What a watcher is told: events from the database with their ids, and passing remarks without one.</summary>
internal sealed record StreamMessage(string Kind, string Data, long? Id = null);

/// <summary>
/// Follows a submission. Events are read from the database, so any server can go on where another left off;
/// the queue's position and signs of life are only said, never kept.
/// </summary>
internal sealed class SubmissionWatch(SubmissionStore submissions, RunnerQueues queues, Lookout lookout, News news, TimeProvider clock)
{
    private const int Batch = 100;
    public static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    /// <summary>All messages behind <paramref name="after"/>, until <c>done</c>, the submission's deletion or <paramref name="longest"/>.</summary>
    public async IAsyncEnumerable<StreamMessage> FollowAsync(
        StoredSubmission submission, long after, TimeSpan longest,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var opened = clock.GetTimestamp();
        var spoken = opened;
        var place = new KnownPlace(waits: after <= 1 && !submission.Done);
        yield return StatusOf(submission);   // headers go out with the first message

        using var watched = lookout.Watch(submission.Id);
        var beat = Task.CompletedTask;
        while (clock.GetElapsedTime(opened) < longest)
        {
            IReadOnlyList<SubmissionEvent> events = [];
            if (beat.IsCompleted)
            {
                beat = news.Submission(submission.Id).Next;
                events = await lookout.AskAsync(() => submissions.EventsAsync(submission.Id, after, Batch, cancellationToken), cancellationToken);
            }
            foreach (var happened in events)
            {
                after = happened.Sequence;
                place.Hear(happened);
                yield return new StreamMessage(happened.Kind, happened.Data, happened.Sequence);
                if (happened.Kind == EventKind.Done)
                    yield break;
                spoken = clock.GetTimestamp();
            }
            if (events.Count == Batch)
            {
                beat = Task.CompletedTask;   // there may be more
                continue;
            }
            if (submission.Done)
            {
                // Rows of another system have no events: their end is told from the row.
                yield return DoneOf(submission);
                yield break;
            }
            if (watched.IsGone)
                yield break;   // deleted: whoever asks again is told so
            if (place.IsDue(clock)
                && place.Moved(await lookout.AskAsync(() => queues.PlaceAsync(submission.Id, cancellationToken), cancellationToken)) is { } moved)
            {
                yield return moved;
                spoken = clock.GetTimestamp();
            }
            var quiet = SignOfLife - clock.GetElapsedTime(spoken);
            if (quiet <= TimeSpan.Zero)
            {
                yield return StatusOf(submission);
                (spoken, quiet) = (clock.GetTimestamp(), SignOfLife);
            }
            await beat.OrAfter(place.Waits && quiet > place.Every ? place.Every : quiet, clock, cancellationToken);
        }
    }

    private StreamMessage StatusOf(StoredSubmission submission) => Status(clock.GetUtcNow() - submission.SubmissionTime);

    /// <summary>A sign of life: how long it has been (contract section 2.3).</summary>
    public static StreamMessage Status(TimeSpan elapsed) => new("status", JsonSerializer.Serialize(
        new StatusEventView { ElapsedTime = Math.Round(Math.Max(0, elapsed.TotalSeconds), 2) }, AgonJson.Wire.StatusEventView));

    private static StreamMessage DoneOf(StoredSubmission submission) => new(EventKind.Done, JsonSerializer.Serialize(
        new DoneEventView { Status = submission.JobStatus ?? "done", Error = submission.JobError }, AgonJson.Wire.DoneEventView));
}

/// <summary>What a watcher knows of the submission's place in the queue, so that it hears of changes alone.</summary>
internal sealed class KnownPlace(bool waits)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskLeastEvery = TimeSpan.FromSeconds(15);

    private bool waits = waits;
    private QueuedEventView? told;
    private long? asked;

    /// <summary>Whether the submission waits, so that its place may change.</summary>
    public bool Waits => waits;

    /// <summary>How often to look. Who stands far behind need not know to the second, and many who wait would keep the database counting.</summary>
    public TimeSpan Every
    {
        get
        {
            var every = AskEvery * (1 + ((told?.Position ?? 0) / 100));
            return every < AskLeastEvery ? every : AskLeastEvery;
        }
    }

    /// <summary>Takes note of an event that the watcher is about to get.</summary>
    public void Hear(SubmissionEvent happened)
    {
        if (happened.Kind == EventKind.Queued && JsonSerializer.Deserialize(happened.Data, AgonJson.Wire.QueuedEventView) is { } queued)
            (waits, told) = (true, queued);
        else if (happened.Kind is EventKind.Phase or EventKind.Result)
            waits = false;
    }

    /// <summary>Whether it is time to look again: only while the submission waits.</summary>
    public bool IsDue(TimeProvider clock)
    {
        if (!waits || (asked is { } last && clock.GetElapsedTime(last) < Every))
            return false;
        asked = clock.GetTimestamp();
        return true;
    }

    /// <summary>The message, if there is something new to tell.</summary>
    public StreamMessage? Moved(QueuePlace? now)
    {
        // An estimate that is a little different is no news; that there is one now is.
        if (now is null || (now.Gpu, now.Position, now.Of, now.Wait is null) == (told?.Gpu, told?.Position, told?.Of, told?.Wait is null))
            return null;
        told = SubmissionViews.Of(now);
        return new StreamMessage(EventKind.Queued, JsonSerializer.Serialize(told, AgonJson.Wire.QueuedEventView));
    }
}
