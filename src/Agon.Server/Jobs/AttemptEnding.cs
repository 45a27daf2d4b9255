using Agon.Domain.Jobs;
using Agon.Domain.Runs;

namespace Agon.Server.Jobs;

/// <summary>How one attempt at a job ended, before anything is written about it.</summary>
internal abstract record AttemptEnding
{
    private AttemptEnding()
    {
    }

    /// <summary>What measurements call an attempt that is to be tried again.</summary>
    public const string BrokenWord = "broken";

    /// <summary>What measurements call an attempt whose entry was deleted meanwhile.</summary>
    public const string DeletedWord = "deleted";

    /// <summary>What measurements call this ending.</summary>
    public string Word => this switch
    {
        Reported(var job, var report) => SubmissionOutcome.Of(job.Task, job.Mode, job.Gpu, report).Status,
        HandedBack => "handed_back",
        LeaseLost => "lease_lost",
        _ => BrokenWord,
    };

    /// <summary>The runner brought a report.</summary>
    public sealed record Reported(EvaluationJob Job, Report Report) : AttemptEnding;

    /// <summary>It brought none: our fault, to be tried again.</summary>
    public sealed record Broken(string Reason) : AttemptEnding;

    /// <summary>This process stops; the job is as it was before.</summary>
    public sealed record HandedBack : AttemptEnding;

    /// <summary>The job belongs to somebody else by now.</summary>
    public sealed record LeaseLost : AttemptEnding;
}
