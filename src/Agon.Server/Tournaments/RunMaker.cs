using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;
using Agon.Storage.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>Makes one run, whoever asks: the result is the participant's doing, an exception is ours.</summary>
/// <exception cref="PlatformFaultException">Our fault: to be tried again.</exception>
internal delegate Task<RunResult> MakeRun(RunTask task, CancellationToken cancellationToken);

/// <summary>What is run, on what, for how long; letters and digits by which its container is found.</summary>
internal sealed record Entry(ImageType Type, ParticipantSource Source, Slot Slot, double LimitSeconds, string RunId);

/// <summary>One run from end to end (S053): 1. fetch the day's datasets, 2. give a copy of what may be seen, 3. run the participant, 4. judge its outputs.</summary>
/// <param name="runner">Runs participants on this machine.</param>
/// <param name="sources">Has what was pinned at registration.</param>
/// <param name="datasets">Has the day's datasets, or fetches them.</param>
/// <param name="work">Folder in which each run gets one of its own, gone afterwards.</param>
/// <param name="limits">Of a participant.</param>
internal sealed class RunMaker(ParticipantRunner runner, ParticipantSources sources, DatasetStore datasets, string work, ContainerLimits limits)
{
    private (Guid Tournament, DateOnly Day)? complete;

    /// <summary>Removes what processes left that ended in the middle of a run; what another user left stays.</summary>
    public void Sweep()
    {
        if (!Directory.Exists(work))
            return;
        foreach (var place in Directory.EnumerateDirectories(work).Where(place => OwnTraces.IsLeftBehind(Path.GetFileName(place))))
        {
            try
            {
                Clear(place);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It only takes room, and the next run is not to wait for that.
            }
        }
    }

    public Task<RunResult> MakeAsync(RunTask task, CancellationToken cancellationToken) => InPlaceAsync(
        async place =>
        {
            var slot = task.Run.Slot;
            await CompleteDayAsync(task.Tournament, slot.TestDate, cancellationToken);
            var dataset = await datasets.FetchAsync(KeyOf(slot), cancellationToken);
            return await MakeOnAsync(dataset, place, new Entry(task.Tournament.ImageType, task.Source, slot, task.Tournament.MaxExecutionTimeSeconds, $"{task.Run.RunId:N}"), cancellationToken);
        });

    /// <summary>One run outside of any tournament, on this dataset.</summary>
    public Task<RunResult> TryAsync(string dataset, Entry entry, CancellationToken cancellationToken) =>
        InPlaceAsync(place => MakeOnAsync(dataset, place, entry, cancellationToken));

    private async Task<RunResult> InPlaceAsync(Func<string, Task<RunResult>> make)
    {
        // Its own in each attempt: one that lost its lease in its sleep tidies up when it wakes.
        var place = Path.Combine(work, OwnTraces.NewName());
        try
        {
            return await make(place);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DatasetFileException or DatasetMissingException or DatasetPlaceException)
        {
            throw new PlatformFaultException(error.Message, error);
        }
        finally
        {
            Clear(place);
            OwnTraces.Release(Path.GetFileName(place));
        }
    }

    private async Task<RunResult> MakeOnAsync(string dataset, string place, Entry entry, CancellationToken cancellationToken)
    {
        var slot = entry.Slot;
        OutputJudge.RequireTruth(dataset);
        var (input, output) = (Path.Combine(place, "input"), Path.Combine(place, "output"));
        await ParticipantInput.PrepareAsync(dataset, input, slot.Network, slot.WindowDays, slot.TestDate, cancellationToken);

        ParticipantProgram program;
        try
        {
            program = await sources.PrepareAsync(entry.Source.ToPinned(), cancellationToken);
        }
        catch (SourceRefusedException refused)
        {
            // It cannot be built: the participant's doing, although it never ran.
            return new RunResult { Status = RunStatus.Failed, ExecutionTimeSeconds = 0, ProcessingDate = slot.TestDate, Error = refused.Message };
        }
        var outcome = await runner.RunAsync(new ParticipantRunSpec
        {
            Program = program,
            InputFolder = input,
            OutputFolder = output,
            Network = slot.Network,
            WindowDays = slot.WindowDays,
            ProcessingDate = slot.TestDate,
            TimeLimit = TimeSpan.FromSeconds(entry.LimitSeconds),
            Limits = limits,
            RunId = entry.RunId,
        }, cancellationToken);
        var result = new RunResult
        {
            Status = outcome.Status,
            ExecutionTimeSeconds = outcome.ExecutionTimeSeconds,
            ProcessingDate = slot.TestDate,
            ExitCode = outcome.ExitCode,
            Error = outcome.Error,
            LogTail = outcome.LogTail,
            PeakMemoryBytes = outcome.PeakMemoryBytes,
        };
        if (outcome.Status != RunStatus.Completed)
            return result;

        var verdict = await OutputJudge.JudgeAsync(dataset, output, entry.Type, cancellationToken);
        return result with
        {
            // Completed is exit 0 with valid outputs (contract section 4).
            Status = verdict.Error is null ? RunStatus.Completed : RunStatus.Failed,
            Error = verdict.Error,
            DataCorrectnessPassed = verdict.DataCorrectnessPassed,
            Patterns = verdict.Patterns,
            Risk = verdict.Risk,
        };
    }

    // Before the first run of a day (D06, D41): nobody's runs are made of a day that cannot be finished.
    private async Task CompleteDayAsync(Tournament tournament, DateOnly day, CancellationToken cancellationToken)
    {
        if (complete == (tournament.TournamentId, day))
            return;
        foreach (var slot in DayRules.Slots(tournament, day))
            OutputJudge.RequireTruth(await datasets.FetchAsync(KeyOf(slot), cancellationToken));
        complete = (tournament.TournamentId, day);
    }

    private static DatasetKey KeyOf(Slot slot) => new(slot.Network, slot.TestDate, slot.WindowDays);

    private static void Clear(string place)
    {
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
    }
}
