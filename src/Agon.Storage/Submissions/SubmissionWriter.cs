using System.Security.Cryptography;
using System.Text;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;

namespace Agon.Storage.Submissions;

/// <summary>A submission that is to be accepted, and when it came.</summary>
internal sealed record Arrival(NewSubmission Submission, DateTimeOffset At);

/// <summary>The statements that accept submissions, in the caller's transaction: each goes once for all of them.</summary>
/// <remarks>
/// Locks are taken in one order by everybody, or two transactions would wait for each other: rate limits, codes, participants'
/// places in the queue, each sorted. The last ones are wanted most, and so taken late.
/// </remarks>
internal static class SubmissionWriter
{
    private const int MostCounted = 100;

    public static async Task<IReadOnlyList<AcceptedSubmission>> WriteAsync(
        Session session, IReadOnlyList<Arrival> arrivals, CancellationToken cancellationToken)
    {
        var codes = await AddCodesAsync(session, arrivals, cancellationToken);
        var submissions = await session.QueryEachAsync("""
            INSERT INTO submission (leaderboard_id, file_name, user_id, code_id, submission_time, done, status, mode_category)
            VALUES (@leaderboard, @fileName, @UserId, @code, @At, FALSE, 'active', @category)
            RETURNING id
            """, arrivals.Select((arrival, n) => new
        {
            leaderboard = arrival.Submission.Leaderboard.Id,
            fileName = StoredText.Clean(arrival.Submission.FileName),
            arrival.Submission.UserId,
            code = codes[n],
            arrival.At,
            category = ModeCategory.Of(arrival.Submission.Mode),
        }), cancellationToken);
        var written = arrivals.Zip(submissions, (arrival, id) => new Written(id!.Value, arrival.Submission, arrival.At)).ToList();
        var statuses = await AddJobsAsync(session, written, cancellationToken);
        return [.. written.Zip(statuses, (one, status) => new AcceptedSubmission(one.Id, status!.Value))];
    }

    /// <summary>Tells where the submission waits now, and why once more; nothing if none of its jobs does.</summary>
    /// <remarks>The wait, and a place far behind, are told to who watches: accepting an entry costs the same in a long queue.</remarks>
    public static async Task AddQueuedEventAsync(Session session, long id, string again, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var place = await QueuePosition.QueryAsync(session, id, MostCounted, slots: null, cancellationToken);
        var gpu = place?.Gpu ?? await session.QueryOneAsync<string>(
            "SELECT gpu FROM agon_job WHERE submission_id = @id AND state = 'queued' ORDER BY id LIMIT 1", new { id }, cancellationToken);
        if (gpu is null)
            return;
        await EventLog.AppendAsync(session, id, EventKind.Queued, [QueuedEvent(gpu, place, again)], now, cancellationToken);
    }

    /// <returns>The id of each one's job status.</returns>
    private static async Task<IReadOnlyList<long?>> AddJobsAsync(Session session, List<Written> written, CancellationToken cancellationToken)
    {
        var wanted = written.SelectMany(one => one.Submission.Gpus, (one, gpu) => new Wanted(one, gpu)).ToList();
        var first = session.Trip();
        // The number of the first event is 1: see EventLog.
        first.Execute("INSERT INTO agon_submission (submission_id, mode, last_event) VALUES (@Id, @Mode, 1)", written.Select(one => new { one.Id, one.Mode }));
        var statuses = first.Query($"""
            INSERT INTO submission_job_status (submission_id, status, created_at, last_heartbeat)
            VALUES (@Id, '{JobStatus.Pending}', @At, @At)
            RETURNING id
            """, written.Select(one => new { one.Id, one.At }));
        var tags = DeviceQueues.TakeTags(session, first, [.. wanted.Select(job => new TagsWanted(job.Gpu, job.Of.IsRanked, job.Of.Submission.UserId, job.Jobs))]);
        await first.GoAsync(cancellationToken);

        var second = session.Trip();
        second.Execute("""
            INSERT INTO agon_job (submission_id, leaderboard_id, gpu, secret, mode, ranked, start_tag, run_after, created_at, trace)
            VALUES (@Id, @leaderboard, @Gpu, @secret, @mode, @IsRanked, @tag, @At, @At, @Trace)
            """, wanted.Zip(tags, (job, after) => job.Rows(after!.Value - job.Jobs)).SelectMany(rows => rows));
        var gpus = wanted.Select(job => job.Gpu).Distinct().ToList();
        var lengths = QueuePosition.Count(second, gpus, MostCounted + 1);
        await second.GoAsync(cancellationToken);

        await AddFirstEventsAsync(session, written, gpus.Zip(lengths, (gpu, length) => (gpu, length!.Value)).ToDictionary(), cancellationToken);
        return statuses;
    }

    private static async Task AddFirstEventsAsync(
        Session session, List<Written> written, Dictionary<string, long> queueLengths, CancellationToken cancellationToken)
    {
        var trip = session.Trip();
        var events = new List<object>();
        foreach (var one in written)
        {
            var isShort = one.Submission.Gpus.Any(gpu => queueLengths[gpu] <= MostCounted);
            var place = isShort ? await QueuePosition.QueryAsync(session, one.Id, MostCounted, slots: null, cancellationToken) : null;
            events.Add(new { one.Id, data = QueuedEvent(place?.Gpu ?? one.Submission.Gpus[0], place), one.At });
        }
        trip.Execute($"INSERT INTO agon_event (submission_id, sequence, kind, data, created_at) VALUES (@Id, 1, '{EventKind.Queued}', @data, @At)", events);
        await trip.GoAsync(cancellationToken);
    }

    private static string QueuedEvent(string gpu, QueuePlace? place, string? again = null) =>
        StoredText.ToJson(new QueuedEventView { Gpu = gpu, Position = place?.Position, Ahead = place?.Ahead, Of = place?.Of, Again = again })!;

    /// <returns>The id of each one's code: known content has one already.</returns>
    private static async Task<IReadOnlyList<long>> AddCodesAsync(Session session, IReadOnlyList<Arrival> arrivals, CancellationToken cancellationToken)
    {
        var codes = arrivals.Select(arrival => Encoding.UTF8.GetBytes(arrival.Submission.Code))
            .Select(code => (Code: code, Hash: Convert.ToHexStringLower(SHA256.HashData(code)))).ToList();
        var distinct = codes.DistinctBy(one => one.Hash).OrderBy(one => one.Hash, StringComparer.Ordinal).ToList();
        var trip = session.Trip();
        trip.Execute(session.Dialect.InsertCode, distinct.Select(one => new { code = one.Code, hash = one.Hash }));
        var ids = trip.Query("SELECT id FROM code_files WHERE hash = @hash", distinct.Select(one => new { hash = one.Hash }));
        await trip.GoAsync(cancellationToken);
        var byHash = distinct.Zip(ids).ToDictionary(pair => pair.First.Hash, pair => pair.Second!.Value);
        return [.. codes.Select(one => byHash[one.Hash])];
    }

    private sealed record Written(long Id, NewSubmission Submission, DateTimeOffset At)
    {
        public string Mode { get; } = Submission.Mode.ToString().ToLowerInvariant();

        public bool IsRanked => Submission.Mode == SubmissionMode.Leaderboard;
    }

    /// <summary>A public job of a submission and, if that is to be ranked, a secret one behind it.</summary>
    private sealed record Wanted(Written Of, string Gpu)
    {
        public int Jobs => Of.IsRanked ? 2 : 1;

        public IEnumerable<object> Rows(long tag) => Of.IsRanked
            ? [Row(Of.Mode, secret: false, tag), Row("private", secret: true, tag + 1)]
            : [Row(Of.Mode, secret: false, tag)];

        private object Row(string mode, bool secret, long tag) => new
        {
            Of.Id,
            leaderboard = Of.Submission.Leaderboard.Id,
            Gpu,
            secret,
            mode,
            Of.IsRanked,
            tag,
            Of.At,
            Of.Submission.Trace,
        };
    }
}
