using System.Globalization;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Runner;

/// <summary>One job in, one report out. Neither the seed nor the entry's text is ever printed.</summary>
internal sealed class RunnerProgram(RunnerArguments.Run arguments, TimeProvider clock, CancellationTokenSource gone)
{
    // What the kernel needs to end a tree of processes, with room for a busy machine.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private const int LongestNumber = 20;

    /// <returns>One of <see cref="RunnerExit"/>.</returns>
    public async Task<int> RunAsync()
    {
        var output = new LineOutput(Console.OpenStandardOutput(), clock, onBroken: gone.Cancel);
        // The sandbox is probed while the job comes in.
        var probing = Task.Run(() => SandboxHost.ProbeAsync(gone.Token));
        try
        {
            if (await WaitForJobAsync(probing, output).WaitAsync(gone.Token) is not { } job)
                return RunnerExit.CallerGone;
            output.Tell(new RunnerLine { Runner = RunnerState.Started });
            var report = FullResult.From(await JudgeAsync(job, probing, output));
            Save(report);
            output.Tell(new RunnerLine { Report = report });
            return await output.EndAsync() ? RunnerExit.Reported : RunnerExit.CallerGone;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return RunnerExit.CallerGone;
        }
        catch (BadJobException error)
        {
            return await FaultAsync(output, error.Message, RunnerExit.BadJob);
        }
        catch (Exception error) when (error is SandboxFaultException or IsolationRefusedException or IOException or UnauthorizedAccessException)
        {
            return await FaultAsync(output, error.Message, RunnerExit.Fault);
        }
    }

    /// <summary>A job may be there already, or come much later: a machine that cannot be probed says so before it is given one.</summary>
    private async Task<EvaluationJob?> WaitForJobAsync(Task<SandboxHost> probing, LineOutput output)
    {
        var reading = Task.Run(ReadJob);
        if (await Task.WhenAny(reading, probing) == probing)
        {
            var sandbox = await probing;
            JobInput.Rehearse();
            output.Tell(new RunnerLine { Runner = RunnerState.Ready, Isolation = IsolationView.From(sandbox.Isolation) });
        }
        return await reading;
    }

    private EvaluationJob? ReadJob()
    {
        if (arguments.JobFile is { } file)
            return JobInput.FromFile(file);
        var input = new CallerInput(Console.OpenStandardInput());
        var job = JobInput.FromFirstLine(input);
        new Thread(() => ListenToCaller(input)) { IsBackground = true, Name = "caller watch" }.Start();
        return job;
    }

    /// <summary>
    /// Each line says how many milliseconds there are left unless another one comes: a caller that is stopped, and whose lease
    /// runs out, cannot say that it is over. The end of the input says it at once, and so does what is no number.
    /// </summary>
    private void ListenToCaller(CallerInput input)
    {
        using var limit = clock.CreateTimer(_ => gone.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (CallerSays(input) is { } left)
            limit.Change(left, Timeout.InfiniteTimeSpan);
        gone.Cancel();
    }

    private static TimeSpan? CallerSays(CallerInput input)
    {
        try
        {
            return uint.TryParse(input.ReadLine(LongestNumber), NumberStyles.None, CultureInfo.InvariantCulture, out var left) && left < uint.MaxValue - 1
                ? TimeSpan.FromMilliseconds(left)
                : null;
        }
        catch (BadJobException)
        {
            return null;
        }
    }

    private async Task<Report> JudgeAsync(EvaluationJob job, Task<SandboxHost> probing, LineOutput output)
    {
        var judge = new KernelJudge(await probing, clock);
        var judging = judge.EvaluateAsync(job, step => output.Tell(Line(step)), gone.Token);
        try
        {
            return await judging.WaitAsync(gone.Token);
        }
        catch (OperationCanceledException) when (!judging.IsCompleted)
        {
            // The sandbox ends with this process in any case; a moment lets it clear up its files.
            await Task.WhenAny(judging, Task.Delay(EndLimit, clock, CancellationToken.None));
            throw;
        }
    }

    private static RunnerLine Line(EvaluationProgress step) => step switch
    {
        EvaluationProgress.PhaseStarted(var key) => new RunnerLine { Phase = new PhaseProgress { Name = key } },
        EvaluationProgress.PhaseEnded(var key, var passed, var seconds) =>
            new RunnerLine { Phase = new PhaseProgress { Name = key, Passed = passed, Seconds = seconds } },
        EvaluationProgress.LogLine(var text) => new RunnerLine { Log = text },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>A reader of the file finds all of it or nothing.</summary>
    private void Save(FullResult report)
    {
        if (arguments.ReportFile is not { } file)
            return;
        var unfinished = $"{file}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(report, AgonJson.Wire.FullResult));
        File.Move(unfinished, file, overwrite: true);
    }

    private static async Task<int> FaultAsync(LineOutput output, string reason, int exitCode)
    {
        output.Tell(new RunnerLine { Fault = reason });
        return await output.EndAsync() ? exitCode : RunnerExit.CallerGone;
    }
}
