using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agon.Contracts;
using Agon.Contracts.Submissions;
using Agon.Domain.Scoring;
using Agon.Domain.Submissions;

namespace Agon.Cli.Submissions;

/// <summary>Events of a submission as lines for people.</summary>
internal static class ProgressLines
{
    /// <summary>The line for an event; null for a kind that this version does not know.</summary>
    /// <exception cref="JsonException">The event's data is not what its kind promises.</exception>
    public static string? Of(SubmissionEvent happened) => happened.Kind switch
    {
        EventKind.Queued => Of(Read(happened, AgonJson.Default.QueuedEventView)),
        EventKind.Phase => Of(Read(happened, AgonJson.Default.PhaseEventView)),
        EventKind.Log => Of(Read(happened, AgonJson.Default.LogEventView)),
        EventKind.Result => Of(Read(happened, AgonJson.Default.ResultEventView)),
        EventKind.Done => Of(Read(happened, AgonJson.Default.DoneEventView)),
        _ => null,
    };

    private static T Read<T>(SubmissionEvent happened, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(happened.Data, type) ?? throw new JsonException($"the event '{happened.Kind}' has no data");

    private static string Of(QueuedEventView queued) =>
        queued.Again is { } why ? $"{Place(queued)}; it starts again: {why}" : Place(queued);

    private static string Place(QueuedEventView queued)
    {
        if (queued.Position is not { } position)
            return $"{queued.Gpu}: waiting, far behind in the queue";
        // A server that is older says only the place.
        return queued is { Of: { } of, Ahead: { } ahead }
            ? $"{queued.Gpu}: waiting, position {position} of {of}, {ahead} ahead{Wait(queued.Wait)}"
            : $"{queued.Gpu}: waiting, place {position} in the queue";
    }

    private static string Wait(WaitView? wait) => wait switch
    {
        null => "",
        { P90: 0 } => ", at once",
        _ => $", {Rough(wait.P50)} to {Rough(wait.P90)}",
    };

    // An estimate is not better than two digits.
    private static string Rough(double seconds) => seconds switch
    {
        < 90 => $"{Math.Ceiling(seconds):0} s",
        < 90 * 60 => $"{seconds / 60:0} min",
        _ => $"{seconds / 3600:0.#} h",
    };

    private static string Of(PhaseEventView phase)
    {
        var seconds = phase.Seconds is { } spent ? $" after {spent:0.00} s" : "";
        var attempt = phase.Attempt > 1 ? $" (attempt {phase.Attempt})" : "";
        return $"{phase.Gpu}: {phase.Phase} {phase.State}{seconds}{attempt}";
    }

    private static string Of(LogEventView log) => $"{log.Gpu}: | {log.Line}";

    private static string Of(ResultEventView result) => result switch
    {
        { Score: { } score } => $"{result.Gpu}: measured {TimeText.OfSeconds(score)}",
        { Result.Success: false } => $"{result.Gpu}: not evaluated: {result.Result.Error}",
        _ => $"{result.Gpu}: public run reported, no score",
    };

    private static string Of(DoneEventView done) => done.Error is null ? done.Status : $"{done.Status}: {done.Error}";
}
