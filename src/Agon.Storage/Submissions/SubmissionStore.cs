using Agon.Contracts.Runs;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;

namespace Agon.Storage.Submissions;

/// <summary>Submissions, their code, their runs and their events.</summary>
public sealed class SubmissionStore(Database database)
{
    /// <summary>
    /// One transaction: code (once per content), submission, job status (pending), one public job per device and, in
    /// leaderboard mode, one secret job per device behind it, and the first event, <c>queued</c>.
    /// </summary>
    public Task<AcceptedSubmission> AcceptAsync(NewSubmission submission, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{database}");

    /// <summary>The submission; null if there is none.</summary>
    public Task<StoredSubmission?> FindAsync(long id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Its recorded phases, oldest first, secret ones too.</summary>
    public Task<IReadOnlyList<StoredRun>> RunsAsync(long id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Events behind <paramref name="after"/>, in order, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<SubmissionEvent>> EventsAsync(long id, long after, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>How many jobs of the device come before the first waiting job of this submission, plus one; null if none waits.</summary>
    public Task<(string Gpu, int Position)?> QueuePositionAsync(long id, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>An admitted submission. <paramref name="Code"/> is the text as it was sent.</summary>
public sealed record NewSubmission(Leaderboard Leaderboard, string UserId, string FileName, string Code, SubmissionMode Mode, IReadOnlyList<string> Gpus);

/// <summary>The ids of what was accepted.</summary>
public sealed record AcceptedSubmission(long Id, long JobStatusId);

/// <summary>A submission as it stands.</summary>
public sealed record StoredSubmission
{
    public required long Id { get; init; }
    public required long LeaderboardId { get; init; }
    public required string LeaderboardName { get; init; }
    public required string FileName { get; init; }
    public required string UserId { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }
    public required bool Done { get; init; }
    public required string Code { get; init; }

    /// <summary>Null where no job row exists, as for rows of another system.</summary>
    public string? JobStatus { get; init; }
    public string? JobError { get; init; }
    public DateTimeOffset? LastHeartbeat { get; init; }
}

/// <summary>A row of <c>runs</c>.</summary>
public sealed record StoredRun
{
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required string Mode { get; init; }
    public required bool Secret { get; init; }
    public required string Runner { get; init; }

    /// <summary>Seconds.</summary>
    public required decimal? Score { get; init; }
    public required bool Passed { get; init; }
    public IReadOnlyDictionary<string, string>? Result { get; init; }
    public SystemDocument? System { get; init; }
}
