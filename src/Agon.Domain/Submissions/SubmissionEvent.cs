namespace Agon.Domain.Submissions;

/// <summary>One thing that happened to a submission, for those who watch it.</summary>
/// <param name="Sequence">1, 2, 3 ... within the submission, in the order in which events became visible.</param>
/// <param name="Kind">One of <see cref="EventKind"/>.</param>
/// <param name="Data">One JSON object, written by the contracts floor.</param>
public sealed record SubmissionEvent(long Sequence, string Kind, string Data);

/// <summary>The names of events on the stream.</summary>
public static class EventKind
{
    /// <summary>Waiting for a device: position in the queue.</summary>
    public const string Queued = "queued";

    /// <summary>A phase started or ended.</summary>
    public const string Phase = "phase";

    /// <summary>One line of the running harness.</summary>
    public const string Log = "log";

    /// <summary>The report of a public run.</summary>
    public const string Result = "result";

    /// <summary>The last event: the submission's final status.</summary>
    public const string Done = "done";
}
