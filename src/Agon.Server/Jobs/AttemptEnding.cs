using Agon.Domain.Runs;

namespace Agon.Server.Jobs;

/// <summary>How one attempt at a job ended, before anything is written about it.</summary>
internal abstract record AttemptEnding
{
    private AttemptEnding()
    {
    }

    /// <summary>The runner brought a report.</summary>
    public sealed record Reported(EvaluationJob Job, Report Report) : AttemptEnding;

    /// <summary>It brought none: our fault, to be tried again.</summary>
    public sealed record Broken(string Reason) : AttemptEnding;

    /// <summary>This process stops; the job is as it was before.</summary>
    public sealed record HandedBack : AttemptEnding;

    /// <summary>The job belongs to somebody else by now.</summary>
    public sealed record LeaseLost : AttemptEnding;
}
