using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Kernels;

public sealed class HarnessOutcomeTests
{
    private static readonly SandboxSpec Spec = new()
    {
        Command = ["/usr/bin/python3", "-B", "eval.py", "test", "cases.txt"],
        Limits = new SandboxLimits { WallTime = TimeSpan.FromSeconds(7) },
    };

    public static TheoryData<ProgramEnd, string, bool, bool, int> Ends => new()
    {
        { new ProgramEnd.Exited(0), "check: pass", true, true, 0 },
        { new ProgramEnd.Exited(0), "check: fail", true, false, 0 },
        { new ProgramEnd.Exited(0), "", true, false, 0 },
        { new ProgramEnd.Exited(112), "check: fail", true, false, 112 },
        { new ProgramEnd.Exited(112), "check: pass", true, true, 112 },
        { new ProgramEnd.Exited(113), "check: pass", false, true, 113 },
        { new ProgramEnd.Exited(1), "check: pass", false, true, 1 },
        { new ProgramEnd.Signalled(11), "check: pass", false, true, -11 },
        { new ProgramEnd.TimedOut(), "check: pass", false, false, 114 },
        { new ProgramEnd.VerdictOverflow(), "check: pass", false, false, -9 },
        { new ProgramEnd.Exited(0), "check: pass\ncheck: pass", false, false, 0 },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Every_end_has_its_outcome(ProgramEnd end, string verdict, bool success, bool passed, int exitCode)
    {
        var run = HarnessOutcome.Of(Result(end, verdict), Spec);
        Assert.Equal((success, passed, exitCode), (run.Success, run.Passed, run.ExitCode));
    }

    [Fact]
    public void A_time_out_counts_the_whole_limit_reads_no_results_and_keeps_the_output()
    {
        var run = HarnessOutcome.Of(Result(new ProgramEnd.TimedOut(), "check: pass"), Spec);
        Assert.Equal(7, run.DurationSeconds);
        Assert.Empty(run.Result);
        Assert.Equal("partial output", run.Stdout);
    }

    [Fact]
    public void Why_results_do_not_count_is_told_on_stderr()
    {
        var run = HarnessOutcome.Of(Result(new ProgramEnd.Exited(0), "check: pass\ncheck: pass"), Spec);
        Assert.Equal("warning\nagon: the results do not count: line 2 repeats the key 'check'\n", run.Stderr);
        Assert.Empty(run.Result);
    }

    [Fact]
    public void That_the_kernel_ended_it_for_its_memory_is_told_on_stderr()
    {
        var result = Result(new ProgramEnd.Signalled(9), "") with { Resources = new ResourceUse(KilledForMemory: true) };
        Assert.Contains("4096 MiB", HarnessOutcome.Of(result, Spec).Stderr, StringComparison.Ordinal);
    }

    private static SandboxResult Result(ProgramEnd end, string verdict) => new()
    {
        End = end,
        WallTime = TimeSpan.FromSeconds(1.5),
        Resources = new ResourceUse(),
        Stdout = "partial output",
        Stderr = "warning",
        VerdictBytes = System.Text.Encoding.UTF8.GetBytes(verdict),
    };
}
