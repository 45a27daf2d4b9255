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
            """, [.. arrivals.Select((arrival, n) => new
            {
                leaderboard = arrival.Submission.Leaderboard.Id,
                fileName = StoredText.Clean(arrival.Submission.FileName),
                arrival.Submission.UserId,
                code = codes[n],
                arrival.At,
                category = ModeCategory.Of(arrival.Submission.Mode),
            })], cancellationToken);
        var written = arrivals.Zip(submissions, (arrival, id) => new Written(id!.Value, arrival.Submission, arrival.At)).ToList();
        await session.ExecuteEachAsync(
            "INSERT INTO agon_submission (submission_id, mode, last_event) VALUES (@Id, @Mode, 1)",
            [.. written.Select(one => new { one.Id, one.Mode })], cancellationToken);
        var statuses = await session.QueryEachAsync($"""
            INSERT INTO submission_job_status (submission_id, status, created_at, last_heartbeat)
            VALUES (@Id, '{JobStatus.Pending}', @At, @At)
            RETURNING id
            """, [.. written.Select(one => new { one.Id, one.At })], cancellationToken);
        await AddJobsAsync(session, written, cancellationToken);
        await AddFirstEventsAsync(session, written, cancellationToken);
        return [.. written.Zip(statuses, (one, status) => new AcceptedSubmission(one.Id, status!.Value))];
    }

    /// <summary>Tells where the submission waits now; nothing if none of its jobs does.</summary>
    /// <remarks>The wait, and a place far behind, are told to who watches: accepting an entry costs the same in a long queue.</remarks>
    public static async Task AddQueuedEventAsync(Session session, long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var place = await QueuePosition.QueryAsync(session, id, MostCounted, slots: null, cancellationToken);
        var gpu = place?.Gpu ?? await session.QueryOneAsync<string>(
            "SELECT gpu FROM agon_job WHERE submission_id = @id AND state = 'queued' ORDER BY id LIMIT 1", new { id }, cancellationToken);
        if (gpu is null)
            return;
        await EventLog.AppendAsync(session, id, EventKind.Queued, [QueuedEvent(gpu, place)], now, cancellationToken);
    }

    // The number of the first event is 1: see EventLog.
    private static async Task AddFirstEventsAsync(Session session, List<Written> written, CancellationToken cancellationToken)
    {
        var gpus = written.SelectMany(one => one.Submission.Gpus).Distinct().ToList();
        var lengths = gpus.Zip(await QueuePosition.CountAsync(session, gpus, MostCounted + 1, cancellationToken)).ToDictionary();
        var events = new List<object>();
        foreach (var one in written)
        {
            var isShort = one.Submission.Gpus.Any(gpu => lengths[gpu] <= MostCounted);
            var place = isShort ? await QueuePosition.QueryAsync(session, one.Id, MostCounted, slots: null, cancellationToken) : null;
            events.Add(new { one.Id, data = QueuedEvent(place?.Gpu ?? one.Submission.Gpus[0], place), one.At });
        }
        await session.ExecuteEachAsync($"""
            INSERT INTO agon_event (submission_id, sequence, kind, data, created_at) VALUES (@Id, 1, '{EventKind.Queued}', @data, @At)
            """, events, cancellationToken);
    }

    private static string QueuedEvent(string gpu, QueuePlace? place) =>
        StoredText.ToJson(new QueuedEventView { Gpu = gpu, Position = place?.Position, Ahead = place?.Ahead, Of = place?.Of })!;

    private static async Task AddJobsAsync(Session session, List<Written> written, CancellationToken cancellationToken)
    {
        var wanted = written.SelectMany(one => one.Submission.Gpus, (one, gpu) => new Wanted(one, gpu)).ToList();
        var tags = await DeviceQueues.TakeTagsAsync(
            session, [.. wanted.Select(job => new TagsWanted(job.Gpu, job.Of.IsRanked, job.Of.Submission.UserId, job.Of.IsRanked ? 2 : 1))], cancellationToken);
        var jobs = new List<object>();
        foreach (var (job, tag) in wanted.Zip(tags))
        {
            jobs.Add(Row(job, job.Of.Mode, secret: false, tag));
            if (job.Of.IsRanked)
                jobs.Add(Row(job, "private", secret: true, tag + 1));
        }
        await session.ExecuteEachAsync("""
            INSERT INTO agon_job (submission_id, leaderboard_id, gpu, secret, mode, ranked, start_tag, run_after, created_at, trace)
            VALUES (@Id, @leaderboard, @Gpu, @secret, @mode, @IsRanked, @tag, @At, @At, @Trace)
            """, jobs, cancellationToken);

        static object Row(Wanted job, string mode, bool secret, long tag) => new
        {
            job.Of.Id, leaderboard = job.Of.Submission.Leaderboard.Id, job.Gpu, secret, mode, job.Of.IsRanked, tag, job.Of.At, job.Of.Submission.Trace,
        };
    }

    /// <returns>The id of each one's code: known content has one already.</returns>
    private static async Task<IReadOnlyList<long>> AddCodesAsync(Session session, IReadOnlyList<Arrival> arrivals, CancellationToken cancellationToken)
    {
        var codes = arrivals.Select(arrival => Encoding.UTF8.GetBytes(arrival.Submission.Code))
            .Select(code => (Code: code, Hash: Convert.ToHexStringLower(SHA256.HashData(code)))).ToList();
        var distinct = codes.DistinctBy(one => one.Hash).OrderBy(one => one.Hash, StringComparer.Ordinal).ToList();
        await session.ExecuteEachAsync(session.Dialect.InsertCode, [.. distinct.Select(one => new { code = one.Code, hash = one.Hash })], cancellationToken);
        var ids = await session.QueryEachAsync(
            "SELECT id FROM code_files WHERE hash = @hash", [.. distinct.Select(one => new { hash = one.Hash })], cancellationToken);
        var byHash = distinct.Zip(ids).ToDictionary(pair => pair.First.Hash, pair => pair.Second!.Value);
        return [.. codes.Select(one => byHash[one.Hash])];
    }

    private sealed record Written(long Id, NewSubmission Submission, DateTimeOffset At)
    {
        public string Mode { get; } = Submission.Mode.ToString().ToLowerInvariant();

        public bool IsRanked => Submission.Mode == SubmissionMode.Leaderboard;
    }

    private sealed record Wanted(Written Of, string Gpu);
}
