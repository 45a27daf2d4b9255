using System.Runtime.CompilerServices;
using System.Text.Json;
using Agon.Contracts;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Jobs;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Submissions;

/// <summary>What streamed submissions stand on: the intake, a place among all streams, and what is told until the end.</summary>
internal sealed class ResultStreams(
    SubmissionIntake intake, SubmissionStore submissions, SubmissionReport report, EventStreams streams, Lookout lookout, Drain drain, News news, TimeProvider clock, ILogger<ResultStream> logger)
{
    // The contract's client waits for an hour; one that is gone without a word must not be fed for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    private static readonly TimeSpan DatabaseMayBeAway = TimeSpan.FromSeconds(30);

    /// <summary>A stream that cannot be taken up elsewhere waits as long as the jobs do.</summary>
    public CancellationToken Stopping => drain.Over;

    public ResultStream Open(Upload upload, Caller caller) => new(this, upload, caller, logger);

    public IDisposable? TryEnter(string userId) => streams.TryEnter(userId);

    public EventWriter Begin(HttpContext http) => streams.Begin(http);

    public Task<(Accepted? Accepted, Refused? Refused)> SubmitAsync(Upload upload, Caller caller, CancellationToken cancellationToken) =>
        intake.SubmitAsync(upload, caller, mayBeLate: false, cancellationToken);

    /// <summary>A status at once and every 15 s, then the result, or why there is none.</summary>
    public async IAsyncEnumerable<StreamMessage> FollowAsync(Accepted accepted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watched = lookout.Watch(accepted.Id);
        var opened = clock.GetTimestamp();
        var nextSign = TimeSpan.Zero;
        while (true)
        {
            var beat = news.Submission(accepted.Id).Next;
            var elapsed = clock.GetElapsedTime(opened);
            if (elapsed >= nextSign)
            {
                yield return SubmissionWatch.Status(elapsed);
                nextSign += SubmissionWatch.SignOfLife;
            }
            if (await PatientlyAsync(() => submissions.IsDoneAsync(accepted.Id, cancellationToken), cancellationToken) is not { } done)
            {
                yield return ResultStream.Error($"submission {accepted.Id} was deleted");
                yield break;
            }
            if (done)
            {
                var result = await PatientlyAsync(() => report.OfAsync(accepted.Id, accepted.Mode, cancellationToken), cancellationToken);
                yield return new StreamMessage(EventKind.Result, JsonSerializer.Serialize(result, AgonJson.Wire.StreamResultView));
                yield break;
            }
            if (elapsed > Longest)
            {
                yield return ResultStream.Error($"submission {accepted.Id} still waits; look for it in your list", StatusCodes.Status504GatewayTimeout);
                yield break;
            }
            var quiet = nextSign - clock.GetElapsedTime(opened);
            await beat.OrAfter(quiet > TimeSpan.Zero ? quiet : TimeSpan.Zero, clock, cancellationToken);
        }
    }

    private Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        return Patience.WithAsync(clock, () => clock.GetElapsedTime(began) > DatabaseMayBeAway, () => lookout.AskAsync(ask, cancellationToken), cancellationToken);
    }
}
