using System.Globalization;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;
using Agon.Storage.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>Makes one run, whoever asks: the result is the participant's doing, an exception is ours.</summary>
/// <exception cref="PlatformFaultException">Our fault: to be tried again.</exception>
internal delegate Task<RunResult> MakeRun(RunTask task, CancellationToken cancellationToken);

/// <summary>One run from end to end (S053): 1. find the dataset, 2. give a copy of what may be seen, 3. run the participant, 4. judge its outputs.</summary>
/// <param name="runner">Runs participants on this machine.</param>
/// <param name="sources">Has what was pinned at registration.</param>
/// <param name="datasets">Folder of datasets: {network}/{processing_date}/{window_days}.</param>
/// <param name="work">Folder in which each run gets one of its own, gone afterwards.</param>
/// <param name="memoryBytes">Of a participant.</param>
internal sealed class RunMaker(ParticipantRunner runner, ParticipantSources sources, string datasets, string work, long memoryBytes)
{
    public async Task<RunResult> MakeAsync(RunTask task, CancellationToken cancellationToken)
    {
        // Its own in each attempt: one that lost its lease in its sleep tidies up when it wakes.
        var place = Path.Combine(work, $"{task.Run.RunId:N}-{Guid.NewGuid():N}");
        try
        {
            return await MakeInAsync(task, place, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DatasetFileException)
        {
            throw new PlatformFaultException(error.Message, error);
        }
        finally
        {
            Clear(place);
        }
    }

    private async Task<RunResult> MakeInAsync(RunTask task, string place, CancellationToken cancellationToken)
    {
        var (slot, limit) = (task.Run.Slot, task.Tournament.MaxExecutionTimeSeconds);
        var dataset = Path.Combine(datasets, slot.Network, slot.TestDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), $"{slot.WindowDays}");
        if (!Directory.Exists(dataset))
            throw new PlatformFaultException($"there is no dataset {dataset}");
        OutputJudge.RequireTruth(dataset);
        var (input, output) = (Path.Combine(place, "input"), Path.Combine(place, "output"));
        await ParticipantInput.PrepareAsync(dataset, input, slot.Network, slot.WindowDays, slot.TestDate, cancellationToken);

        ParticipantProgram program;
        try
        {
            program = await sources.PrepareAsync(task.Source.ToPinned(), cancellationToken);
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
            TimeLimit = TimeSpan.FromSeconds(limit),
            Limits = new ContainerLimits { MemoryBytes = memoryBytes },
            RunId = $"{task.Run.RunId:N}",
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

        var verdict = await OutputJudge.JudgeAsync(dataset, output, task.Tournament.ImageType, cancellationToken);
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

    private static void Clear(string place)
    {
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
    }
}
