using System.Net;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Contracts;
using Agon.Domain.Submissions;

namespace Agon.Cli.Submissions;

/// <summary>Follows a submission to its end, over broken connections and servers that restart.</summary>
/// <param name="client">The server, as the submission's owner.</param>
/// <param name="clock">For waits between attempts.</param>
/// <param name="onEvent">Called for each event, once, in order.</param>
/// <param name="onNote">Called with what the watch itself has to say, such as that it tries again.</param>
internal sealed class SubmissionWatch(AgonClient client, TimeProvider clock, Action<SubmissionEvent> onEvent, Action<string> onNote)
{
    /// <summary>A server that is away for longer is given up: a database that comes back needs a minute, a machine two.</summary>
    private static readonly TimeSpan LongestOutage = TimeSpan.FromMinutes(5);

    /// <summary>A stream may be quiet that long before it is opened anew, since a dead peer looks just the same.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    /// <summary>As long as the contract's client polls (section 3).</summary>
    private static readonly TimeSpan NothingNew = TimeSpan.FromHours(1);

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private long lastEvent;
    private long lastNews = clock.GetTimestamp();

    /// <summary>The final <c>GET /user/submissions/{id}</c> as the server wrote it.</summary>
    /// <exception cref="CommandFailure">The server stayed away, or nothing new happened for an hour.</exception>
    public async Task<string> UntilDoneAsync(long id, CancellationToken cancellationToken)
    {
        var canStream = true;
        var outage = default(long?);
        for (var failures = 0; ;)
        {
            var (eventsBefore, asked) = (lastEvent, TimeSpan.Zero);
            try
            {
                if (canStream)
                    canStream = await FollowAsync(id, cancellationToken);
                var document = await client.SubmissionAsync(id, cancellationToken);
                if (JsonSerializer.Deserialize(document, AgonJson.Default.SubmissionView)!.Done)
                    return document;
                (failures, outage) = (0, null);
            }
            catch (Exception error) when (IsPassing(error))
            {
                if (lastEvent > eventsBefore)
                    (failures, outage) = (0, null);
                failures++;
                outage ??= clock.GetTimestamp();
                var away = clock.GetElapsedTime(outage.Value);
                if (away > LongestOutage)
                    throw CommandFailure.Platform($"lost sight of submission {id}, which runs on without us: {error.Message}", error);
                asked = (error as ServerAnswerException)?.RetryAfter ?? TimeSpan.Zero;
                onNote(TryingAgain(error, away));
            }
            await PauseAsync(id, failures, asked, cancellationToken);
        }
    }

    // False: this server has no events to give, ask it for the state instead.
    private async Task<bool> FollowAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in client.EventsAsync(id, lastEvent, Quiet, cancellationToken))
            {
                if (happened.Sequence <= lastEvent)
                {
                    // Without an id of its own: a sign of life, or a queue that moves on.
                    if (happened.Kind == EventKind.Queued)
                        Tell(happened);
                    GiveUpIfNothingIsNew(id);
                    continue;
                }
                lastEvent = happened.Sequence;
                Tell(happened);
                if (happened.Kind == EventKind.Done)
                    break;
            }
            return true;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (ServerAnswerException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            onNote("the server gives no live events; asking it for the state now and then");
            return false;
        }
        catch (ServerAnswerException error) when (error.Status is HttpStatusCode.ServiceUnavailable)
        {
            return true;   // it may have no stream to spare, and yet tell the state
        }
    }

    private void Tell(SubmissionEvent happened)
    {
        lastNews = clock.GetTimestamp();
        onEvent(happened);
    }

    private static string TryingAgain(Exception error, TimeSpan away)
    {
        var cause = error switch
        {
            ServerAwayException { Reason: var reason } => $"no answer ({reason})",
            ServerAnswerException { Message: var answer } => $"the server says: {answer}",
            _ => $"connection lost ({error.Message.TrimEnd('.')})",
        };
        return FormattableString.Invariant($"{cause}; trying again, for {away.TotalSeconds:0} s by now (gives up after {LongestOutage.TotalMinutes} min)");
    }

    // The server may ask for a longer wait: a minute of that is granted.
    private async Task PauseAsync(long id, int failures, TimeSpan asked, CancellationToken cancellationToken)
    {
        GiveUpIfNothingIsNew(id);
        var own = failures == 0 ? PollEvery : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, 0.25 * Math.Pow(2, failures)));
        var wait = TimeSpan.FromSeconds(Math.Min(60, Math.Max(own.TotalSeconds, asked.TotalSeconds)));
        await Task.Delay(wait, clock, cancellationToken);
    }

    private void GiveUpIfNothingIsNew(long id)
    {
        if (clock.GetElapsedTime(lastNews) > NothingNew)
            throw CommandFailure.Platform($"nothing new of submission {id} for an hour; it stays in the queue, look again later");
    }

    private static bool IsPassing(Exception error) =>
        error is ServerAwayException or HttpRequestException or IOException
            or ServerAnswerException { Status: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests };
}
