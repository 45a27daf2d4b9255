using System.Threading.Channels;
using Agon.Contracts.Runs;
using Agon.Contracts.Submissions;
using Agon.Storage.Jobs;

namespace Agon.Server.Jobs;

/// <summary>
/// Writes a job's progress as events, aside from the job: a slow database must not hold up a runner that measures.
/// Of a secret job nothing is told but its start.
/// </summary>
internal sealed class ProgressRecorder(JobStore jobs, JobLease lease, News news, LeaseKeeper keeper, TimeProvider clock)
{
    /// <summary>Log lines kept of one attempt; the result holds the rest.</summary>
    public const int MostLines = 1000;

    private const int LongestLine = 2000;
    private const int MostPhases = 100;
    private const string SecretPhase = "secret";

    // Bounded by MostLines and MostPhases.
    private readonly Channel<RunnerLine> lines = Channel.CreateUnbounded<RunnerLine>(new UnboundedChannelOptions { SingleReader = true });
    private int logLines;
    private int phases;

    /// <summary>Takes a line of the runner; never waits.</summary>
    public void Hear(RunnerLine line)
    {
        if (lease.Secret)
            return;
        if (line.Phase is not null && phases++ < MostPhases)
            lines.Writer.TryWrite(line);
        else if (line.Log is { } text && logLines++ <= MostLines)
            lines.Writer.TryWrite(new RunnerLine { Log = logLines > MostLines ? "... further lines are left out here" : Cut(text) });
    }

    /// <summary>No more lines come: <see cref="RecordAsync"/> ends once it has written what it has.</summary>
    public void Finish() => lines.Writer.TryComplete();

    /// <summary>Writes until <see cref="Finish"/>; what has piled up meanwhile goes in one transaction.</summary>
    public async Task RecordAsync(CancellationToken cancellationToken)
    {
        if (lease.Secret)
            await WriteAsync(new PhaseEventView { Gpu = lease.Gpu, Phase = SecretPhase, State = "started", Attempt = lease.Attempt }, cancellationToken);
        while (await lines.Reader.WaitToReadAsync(cancellationToken))
        {
            var logs = new List<LogEventView>();
            while (logs.Count < 100 && lines.Reader.TryPeek(out var next) && next.Log is { } text)
            {
                logs.Add(new LogEventView { Gpu = lease.Gpu, Line = text });
                lines.Reader.TryRead(out _);
            }
            if (logs.Count > 0)
                await WriteAsync(logs, cancellationToken);
            else if (lines.Reader.TryRead(out var line) && line.Phase is { } phase)
                await WriteAsync(EventOf(phase), cancellationToken);
        }
    }

    private PhaseEventView EventOf(PhaseProgress phase) => new()
    {
        Gpu = lease.Gpu,
        Phase = phase.Name,
        State = phase.Passed switch { null => "started", true => "passed", false => "failed" },
        Attempt = lease.Attempt,
        Seconds = phase.Seconds,
    };

    private Task WriteAsync(PhaseEventView phase, CancellationToken cancellationToken) =>
        WriteAsync(() => jobs.AddEventAsync(lease, phase, clock.GetUtcNow(), cancellationToken), cancellationToken);

    private Task WriteAsync(List<LogEventView> logs, CancellationToken cancellationToken) =>
        WriteAsync(() => jobs.AddEventsAsync(lease, logs, clock.GetUtcNow(), cancellationToken), cancellationToken);

    private async Task WriteAsync(Func<Task<bool>> write, CancellationToken cancellationToken)
    {
        if (await Patience.WithAsync(clock, () => keeper.IsLost, write, cancellationToken))
            news.Submission(lease.SubmissionId).Beat();
        else
            keeper.Lose();
    }

    private static string Cut(string text) => text.Length <= LongestLine ? text : text[..LongestLine] + " ...";
}
