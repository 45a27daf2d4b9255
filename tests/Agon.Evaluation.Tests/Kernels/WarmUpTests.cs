using System.Collections.Immutable;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Tests.Sandbox;

namespace Agon.Evaluation.Tests.Kernels;

/// <summary>The one run of a Python entry before its phases, behind each kind of walls.</summary>
public sealed class WarmUpBehindBubblewrap() : WarmUpTests(Walls.Bubblewrap)
{
    [WallsFact(Walls.Bubblewrap)]
    public override Task What_the_warm_up_leaves_is_in_every_phase_as_it_was() => LeavesAsync();

    [WallsFact(Walls.Bubblewrap)]
    public override Task Without_a_cache_a_phase_starts_as_if_nothing_had_run() => LeavesNothingAsync();
}

/// <inheritdoc cref="WarmUpBehindBubblewrap"/>
public sealed class WarmUpBehindUnshare() : WarmUpTests(Walls.Unshare)
{
    [WallsFact(Walls.Unshare)]
    public override Task What_the_warm_up_leaves_is_in_every_phase_as_it_was() => LeavesAsync();

    [WallsFact(Walls.Unshare)]
    public override Task Without_a_cache_a_phase_starts_as_if_nothing_had_run() => LeavesNothingAsync();
}

/// <inheritdoc cref="WarmUpBehindBubblewrap"/>
public sealed class WarmUpBehindNothing() : WarmUpTests(Walls.Nothing)
{
    [WallsFact(Walls.Nothing)]
    public override Task What_the_warm_up_leaves_is_in_every_phase_as_it_was() => LeavesAsync();

    [WallsFact(Walls.Nothing)]
    public override Task Without_a_cache_a_phase_starts_as_if_nothing_had_run() => LeavesNothingAsync();

    [Fact]
    public async Task An_entry_that_fails_or_hangs_in_its_warm_up_is_judged_all_the_same()
    {
        Assert.True((await JudgeAsync("if __name__ == '__main__': raise SystemExit(3)")).Phases[0].Passed);
        // The warm-up takes all of the limit, which is also that of the phase that must pass.
        var hanging = await JudgeAsync("import time\nif __name__ == '__main__': time.sleep(600)", limitSeconds: 10);
        Assert.True(hanging.Phases[0].Passed, hanging.Phases[0].Run!.Stderr);
    }

    [Fact]
    public async Task The_warm_up_has_the_seed_1_and_no_verdict_channel()
    {
        const string Entry = """
            import os
            if __name__ == "__main__":
                channel = os.path.exists("/proc/self/fd/3")
                os.makedirs(os.environ["XDG_CACHE_HOME"])
                with open(os.environ["XDG_CACHE_HOME"] + "/seen", "w") as file:
                    file.write(f"{os.environ['POPCORN_SEED']} {os.environ.get('POPCORN_FD')} {channel}")
            """;
        var report = await JudgeAsync(Entry);
        Assert.Equal("1 None False", report.Phases[0].Run!.Result["seen"]);
    }

    [Fact]
    public async Task A_warm_up_that_builds_a_torch_extension_counts_as_a_compilation()
    {
        Assert.Null((await JudgeAsync("print('hello')")).Phases[0].Compilation);
        var compilation = (await JudgeAsync("print('c++ -DTORCH_EXTENSION_NAME=x')\nif __name__ == '__main__': raise SystemExit(3)")).Phases[0].Compilation!;
        Assert.Equal((true, 3), (compilation.Success, compilation.ExitCode));
        Assert.EndsWith("submission.py", compilation.Command, StringComparison.Ordinal);
    }
}

/// <summary>What must hold whatever the walls are.</summary>
public abstract class WarmUpTests(string walls)
{
    private const string Harness = """
        import os, sys
        import submission
        verdict = os.fdopen(int(os.environ["POPCORN_FD"]), "w")
        folder = os.environ.get("XDG_CACHE_HOME")
        print(f"cache: {folder is not None}", file=verdict)
        print(f"files: {' '.join(sorted(name for name in os.listdir() if not name.startswith('.')))}", file=verdict)
        if folder:
            print(f"seen: {open(folder + '/seen').read()}", file=verdict)
            print(f"marker: {os.path.exists(folder + '/marker')}", file=verdict)
            open(folder + "/marker", "w").write("left by a phase")
            open(folder + "/seen", "w").write("changed by a phase")
            try:
                open(".agon-cache.tar", "ab").write(b"x")
                print("archive: writable", file=verdict)
            except OSError:
                print("archive: read-only", file=verdict)
        if sys.argv[1] != "test":
            print("benchmark-count: 1\nbenchmark.0.mean: 1", file=verdict)
        print("check: pass", file=verdict)
        """;

    private const string Filling = """
        import os
        if __name__ == "__main__":
            os.makedirs(os.environ["XDG_CACHE_HOME"])
            open(os.environ["XDG_CACHE_HOME"] + "/seen", "w").write("built once")
            open("stray", "w").write("outside the cache")
        """;

    public abstract Task What_the_warm_up_leaves_is_in_every_phase_as_it_was();

    public abstract Task Without_a_cache_a_phase_starts_as_if_nothing_had_run();

    private protected async Task LeavesAsync()
    {
        var report = await JudgeAsync(Filling, EvaluationMode.Leaderboard);
        Assert.Equal(3, report.Phases.Count);
        foreach (var run in report.Phases.Select(phase => phase.Run!))
        {
            Assert.True(run.Passed, run.Stderr);
            Assert.Equal(("built once", "False"), (run.Result["seen"], run.Result["marker"]));
            Assert.Equal("cases.txt eval.py submission.py", run.Result["files"]);
            // Without walls, root writes where it likes; the folder goes with the phase all the same.
            if (walls != Walls.Nothing)
                Assert.Equal("read-only", run.Result["archive"]);
        }
        Assert.EndsWith(" -B eval.py leaderboard cases.txt", report.Phases[2].Run!.Command, StringComparison.Ordinal);
    }

    private protected async Task LeavesNothingAsync()
    {
        var run = (await JudgeAsync("open('stray', 'w').write('x')")).Phases[0].Run!;
        Assert.Equal("False", run.Result["cache"]);
        Assert.True(run.Passed, run.Stderr);
    }

    private protected async Task<Report> JudgeAsync(string entry, EvaluationMode mode = EvaluationMode.Test, int limitSeconds = 60) =>
        await new KernelJudge(await Walls.HostAsync(walls), TimeProvider.System).EvaluateAsync(
            new EvaluationJob
            {
                Task = new TaskDefinition
                {
                    Lang = "py",
                    Config = new TaskConfig.Python("eval.py"),
                    Files = ImmutableSortedDictionary<string, string>.Empty.Add("eval.py", Harness).Add("submission.py", TaskDefinition.SubmissionMarker),
                    Benchmarks = [new Case([KeyValuePair.Create<string, CaseValue>("size", new CaseValue.Whole(1))])],
                    TestTimeoutSeconds = limitSeconds,
                    Agon = new AgonSettings { MinIsolation = IsolationLevel.None },
                },
                Submission = entry,
                Mode = mode,
                Gpu = "a device",
                Seed = 77,
                Device = new DeviceSettings { TrustAllSubmitters = true },
            },
            _ => { },
            CancellationToken.None);
}
