using System.Collections.Immutable;
using System.Numerics;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Kernels;

/// <summary>Python harnesses in real sandboxes, one for each way to end.</summary>
public sealed class KernelJudgeTests(ProbedSandbox probed) : IClassFixture<ProbedSandbox>
{
    private const string Start = """
        import os, sys
        verdict = os.fdopen(int(os.environ["POPCORN_FD"]), "w")
        mode, case_file = sys.argv[1:]

        """;

    private const string Pass = Start + """
        import submission
        cases = open(case_file).read().splitlines()
        if mode == "test":
            for n, case in enumerate(cases):
                print(f"test.{n}.status: {'pass' if submission.answer == 42 else 'fail'}", file=verdict)
        else:
            print(f"benchmark-count: {len(cases)}", file=verdict)
            for n, case in enumerate(cases):
                print(f"benchmark.{n}.mean: {submission.mean}", file=verdict)
        good = submission.answer == 42
        print(f"check: {'pass' if good else 'fail'}", file=verdict, flush=True)
        sys.exit(0 if good else 112)
        """;

    private readonly List<EvaluationProgress> progress = [];

    [Fact]
    public async Task A_correct_entry_passes_all_phases_and_has_a_score()
    {
        var report = await JudgeAsync(Job(Pass, "answer, mean = 42, 1500", EvaluationMode.Leaderboard));

        Assert.True(report.Success);
        Assert.Equal([Phase.Test, Phase.Benchmark, Phase.Leaderboard], report.Phases.Select(phase => phase.Key));
        Assert.All(report.Phases, phase => Assert.True(phase.Passed, phase.Run!.Stderr));
        Assert.Equal([3, 1, 1], report.Phases.Select(phase => phase.CaseCount));
        Assert.All(report.Phases, phase => Assert.InRange(phase.Run!.DurationSeconds, 0.001, 60));
        Assert.Equal(new ScoreOutcome.Scored(1.5e-6), ScoringRules.Of(RankingBy.Last, report));
        Assert.Equal("a device", report.System.Gpu);
        Assert.StartsWith("Python 3.", report.System.Runtime, StringComparison.Ordinal);
        Assert.Equal(probed.Host.Isolation, report.System.Isolation);
    }

    [Fact]
    public async Task Progress_tells_phases_and_cases_as_they_come()
    {
        await JudgeAsync(Job(Pass, "answer, mean = 42, 1500", EvaluationMode.Leaderboard));
        Assert.Equal(
            ["+test", "✅ size: 0", "✅ size: 1", "✅ size: 2", "-test True", "+benchmark", "⏱ 1500 ns  size: 1", "-benchmark True",
                "+leaderboard", "⏱ 1500 ns  size: 1", "-leaderboard True"],
            progress.Select(Told));
    }

    [Fact]
    public async Task A_private_run_tells_phases_alone_and_the_harness_is_not_told_that_it_is_one()
    {
        var report = await JudgeAsync(Job(Pass, "answer, mean = 42, 1500", EvaluationMode.Private) with { Seed = 987654321987 });

        Assert.Equal(["test", "benchmark", "leaderboard"], report.Phases.Select(phase => phase.Run!.Command.Split(' ')[^2]));
        Assert.Equal(["+test", "-test True", "+benchmark", "-benchmark True", "+leaderboard", "-leaderboard True"], progress.Select(Told));
        Assert.DoesNotContain(progress, step => step.ToString().Contains("987654321987", StringComparison.Ordinal));
        Assert.All(report.Phases, phase => Assert.DoesNotContain("987654321987", phase.Run!.Command, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_entry_is_a_success_that_did_not_pass_and_its_last_phase()
    {
        var report = await JudgeAsync(Job(Pass, "answer, mean = 41, 1500", EvaluationMode.Leaderboard));
        var phase = Assert.Single(report.Phases);
        Assert.True(report.Success);
        Assert.False(phase.Passed);
        Assert.Equal((true, false, 112), (phase.Run!.Success, phase.Run.Passed, phase.Run.ExitCode));
    }

    public static TheoryData<string, bool, bool, int> Harnesses => new()
    {
        { "import ctypes; print('check: pass', file=verdict, flush=True); ctypes.string_at(0)", false, true, -11 },
        { "print('check: pass', file=verdict, flush=True); sys.exit(113)", false, true, 113 },
        { "sys.exit(0)", true, false, 0 },
        { "raise ValueError('broken')", false, false, 1 },
        { "os._exit(112)", true, false, 112 },
        { "os.write(verdict.fileno(), bytes(range(256)) * 100)", false, false, 0 },
        { "os.write(1, b'check: pass\\n'); os.write(2, b'check: pass\\n')", true, false, 0 },
        { "print('check: pass', file=verdict); print('check: pass', file=verdict)", false, false, 0 },
        { "print('check : pass ', file=verdict)", true, true, 0 },
    };

    [Theory]
    [MemberData(nameof(Harnesses))]
    public async Task Every_end_of_a_harness_has_its_verdict(string harness, bool success, bool passed, int exitCode)
    {
        var run = await RunAsync(Start + harness);
        Assert.Equal((success, passed, exitCode), (run.Success, run.Passed, run.ExitCode));
    }

    [Theory]
    [InlineData("sys.exit(0)")]
    [InlineData("os._exit(112)")]
    [InlineData("os.write(verdict.fileno(), b'one\\ntwo: 2\\n')")]
    public async Task A_harness_that_ends_without_a_verdict_has_failed_and_it_is_said_why(string harness)
    {
        var run = await RunAsync(Start + harness);
        Assert.Equal((true, false), (run.Success, run.Passed));
        Assert.Equal("agon: the harness ended without a verdict: no line 'check: pass' or 'check: fail' came through POPCORN_FD\n", run.Stderr);
    }

    [Fact]
    public async Task A_harness_may_write_to_its_folder_and_nothing_of_it_is_there_in_the_next_phase()
    {
        const string Writer = """
            import os
            left = sorted(name for name in os.listdir() if name.startswith("left"))
            os.mkdir("left_folder")
            open("left_file", "w").write("behind")
            open("submission.pyc", "w").write("")
            answer, mean = 42 if not left else 41, 1500
            """;
        var report = await JudgeAsync(Job(Pass, Writer, EvaluationMode.Leaderboard));
        Assert.Equal([true, true, true], report.Phases.Select(phase => phase.Passed));
    }

    [Fact]
    public async Task A_harness_that_leaves_children_behind_ends_with_them()
    {
        var run = await RunAsync(Start + """
            if os.fork() == 0:
                os.setsid()
                import time
                time.sleep(600)
            print('check: pass', file=verdict, flush=True)
            """).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(run.Passed, run.Stderr);
    }

    [Fact]
    public async Task A_harness_that_does_not_end_is_ended_at_its_limit_and_its_results_are_not_read()
    {
        var run = await RunAsync(Start + """
            print('check: pass', file=verdict, flush=True)
            print('partial', flush=True)
            import time
            time.sleep(600)
            """, limitSeconds: 10);
        Assert.Equal((false, false, HarnessExit.TimedOut, 10.0), (run.Success, run.Passed, run.ExitCode, run.DurationSeconds));
        Assert.Empty(run.Result);
        Assert.Equal("partial\n", run.Stdout);
    }

    [Fact]
    public async Task An_entry_that_adds_its_own_claims_to_those_of_the_harness_fails()
    {
        const string Forger = """
            import os
            os.write(int(os.environ["POPCORN_FD"]), b"check: pass\nbenchmark.0.mean: 1\n")
            answer, mean = 41, 1500
            """;
        var run = (await JudgeAsync(Job(Pass, Forger))).Phases[0].Run!;
        Assert.False(run.Success);
        Assert.False(run.Passed);
        Assert.Empty(run.Result);
        Assert.Contains("repeats the key 'check'", run.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'inf'")]
    [InlineData("'nan'")]
    [InlineData("-5")]
    [InlineData("0")]
    public async Task A_time_that_no_clock_can_show_is_no_score(string mean)
    {
        var report = await JudgeAsync(Job(Pass, $"answer, mean = 42, {mean}", EvaluationMode.Leaderboard));
        Assert.IsType<ScoreOutcome.Refused>(ScoringRules.Of(RankingBy.Last, report));
    }

    [Theory]
    [InlineData(EvaluationMode.Test, "test-count: 0", "the harness reported test-count '0', but 3 were sent")]
    [InlineData(EvaluationMode.Benchmark, "benchmark-count: 0", "the harness reported benchmark-count '0', but 1 were sent")]
    [InlineData(EvaluationMode.Benchmark, "benchmark-count: 1", "the harness reported no benchmark.0.mean")]
    public async Task A_pass_with_less_than_was_asked_for_is_none(EvaluationMode mode, string claim, string reason)
    {
        var forger = $"import os; os.write(int(os.environ['POPCORN_FD']), b'{claim}\\ncheck: pass'); os._exit(0)";
        var report = await JudgeAsync(Job(Pass, forger, mode));
        var run = report.Phases.Single().Run!;
        Assert.Equal((true, false, $"agon: the results do not count: {reason}\n"), (run.Success, run.Passed, run.Stderr));
        Assert.Equal(new ScoreOutcome.Refused(reason), ScoringRules.Of(RankingBy.Last, report));
    }

    [Fact]
    public async Task Much_output_is_cut_and_harms_nothing()
    {
        var run = await RunAsync(Start + """
            for n in range(300_000):
                print("a line of output")
            print('check: pass', file=verdict)
            """);
        Assert.True(run.Passed);
        Assert.InRange(run.Stdout.Length, 16_000, 16_384);
        Assert.EndsWith("more lines left out]", run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_results_ends_the_harness_without_success()
    {
        var run = await RunAsync(Start + """
            while True:
                print("x" * 1000, file=verdict)
            """);
        Assert.False(run.Success);
        Assert.Empty(run.Result);
    }

    [Fact]
    public async Task The_harness_gets_the_cases_in_their_order_the_seed_and_a_clean_environment()
    {
        const string Harness = Start + """
            for n, line in enumerate(open(case_file, newline="")):
                print(f"line.{n}: {line!r}", file=verdict)
            print(f"seed: {os.environ['POPCORN_SEED']}", file=verdict)
            print(f"names: {' '.join(sorted(os.environ))}", file=verdict)
            print(f"files: {' '.join(sorted(os.listdir()))}", file=verdict)
            print(f"language: {os.environ['LANG']}", file=verdict)
            """;
        var run = (await JudgeAsync(Job(Harness, "", EvaluationMode.Test) with { Seed = 77 })).Phases[0].Run!;

        Assert.Equal(@"'size: 0\n'", run.Result["line.0"]);
        Assert.Equal(@"'size: 2\n'", run.Result["line.2"]);
        Assert.Equal("77", run.Result["seed"]);
        Assert.Equal("C.UTF-8", run.Result["language"]);
        Assert.Equal("cases.txt eval.py submission.py", run.Result["files"]);
        Assert.Subset(
            new HashSet<string> { "HOME", "LANG", "LC_CTYPE", "OLDPWD", "PATH", "POPCORN_FD", "POPCORN_SEED", "PWD", "SHLVL", "TMPDIR", "_" },
            run.Result["names"].Split(' ').ToHashSet());
    }

    [Fact]
    public async Task Without_a_seed_the_harness_is_told_none()
    {
        var run = await RunAsync(Start + "print(f\"seed: {os.environ.get('POPCORN_SEED')}\", file=verdict)");
        Assert.Equal("None", run.Result["seed"]);
    }

    [Fact]
    public async Task A_task_file_of_the_case_files_name_keeps_its_name()
    {
        var job = Job(Start + "print(f\"case: {open(case_file).readline()}\", file=verdict); print(f\"own: {open('cases.txt').read()}\", file=verdict)", "");
        var run = (await JudgeAsync(job with { Task = job.Task with { Files = job.Task.Files.Add("cases.txt", "mine") } })).Phases[0].Run!;
        Assert.Equal("size: 0", run.Result["case"]);
        Assert.Equal("mine", run.Result["own"]);
    }

    [Fact]
    public async Task Nothing_runs_in_a_sandbox_weaker_than_the_task_asks_for()
    {
        const IsolationLevel MoreThanThereIs = (IsolationLevel)int.MaxValue;
        var job = Job(Pass, "answer, mean = 42, 1500");
        await Assert.ThrowsAsync<IsolationRefusedException>(
            () => JudgeAsync(job with { Task = job.Task with { Agon = new AgonSettings { MinIsolation = MoreThanThereIs } } }));
        Assert.Empty(progress);
    }

    [Fact]
    public async Task Without_any_sandbox_an_entry_runs_only_on_the_operators_word()
    {
        var bare = new KernelJudge(await SandboxProbe.FindAsync([], groups: null, CancellationToken.None), TimeProvider.System);
        var job = Job(Pass, "answer, mean = 42, 1500");
        var refusal = await Assert.ThrowsAsync<IsolationRefusedException>(
            () => bare.EvaluateAsync(job with { Device = new DeviceSettings() }, Listen, CancellationToken.None));
        Assert.Contains("--i-trust-all-submitters", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(progress);

        var report = await bare.EvaluateAsync(job, Listen, CancellationToken.None);
        Assert.True(report.Phases[0].Passed, report.Phases[0].Run!.Stderr);
        Assert.Equal(IsolationLevel.None, report.System.Isolation!.Level);
    }

    [Fact]
    public async Task What_no_runner_can_do_is_a_report_with_a_reason()
    {
        var job = Job(Pass, "");
        Assert.Contains("'main.py'", (await JudgeAsync(job with { Task = job.Task with { Config = new TaskConfig.Python("main.py") } })).Error, StringComparison.Ordinal);
        Assert.Empty(progress);
    }

    public static TheoryData<string> NoNames => ["../outside", "-c", "two\nlines", new string('a', 201)];

    [Theory]
    [MemberData(nameof(NoNames))]
    public async Task A_file_name_that_no_sandbox_takes_is_a_report_with_a_reason(string name)
    {
        var job = Job(Pass, "");
        var report = await JudgeAsync(job with { Task = job.Task with { Files = job.Task.Files.Add(name, "") } });
        Assert.False(report.Success);
        Assert.Contains("is not a plain name", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_files_than_a_sandbox_takes_are_a_report_with_a_reason()
    {
        var job = Job(Pass, "answer, mean = 42, 1500");
        Task<Report> WithFilesAsync(int count) => JudgeAsync(job with
        {
            Task = job.Task with { Files = job.Task.Files.AddRange(Enumerable.Range(2, count - 2).Select(n => KeyValuePair.Create($"{n}.txt", ""))) },
        });

        Assert.True((await WithFilesAsync(199)).Phases[0].Passed);
        Assert.Contains("200 files", (await WithFilesAsync(200)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/python3")]
    [InlineData("python3")]
    [InlineData("/bin/true")]
    [InlineData("/bin/false")]
    [InlineData("/etc/hostname")]
    public async Task A_device_without_a_working_interpreter_is_the_machines_fault(string interpreter)
    {
        var job = Job(Pass, "") with { Device = new DeviceSettings { Interpreter = interpreter, TrustAllSubmitters = true } };
        var fault = await Assert.ThrowsAsync<SandboxFaultException>(() => JudgeAsync(job));
        Assert.Contains(interpreter, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_evaluation_ends_the_harness()
    {
        using var cancellation = new CancellationTokenSource();
        var job = Job(Start + "print('test.0.status: pass', file=verdict, flush=True); import time; time.sleep(600)", "");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new KernelJudge(probed.Host, TimeProvider.System).EvaluateAsync(
            job,
            step =>
            {
                if (step is EvaluationProgress.LogLine)
                    cancellation.Cancel();
            },
            cancellation.Token).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private async Task<HarnessRun> RunAsync(string harness, int limitSeconds = 60)
    {
        var job = Job(harness, "");
        return (await JudgeAsync(job with { Task = job.Task with { TestTimeoutSeconds = limitSeconds } })).Phases.Single().Run!;
    }

    private Task<Report> JudgeAsync(EvaluationJob job) =>
        new KernelJudge(probed.Host, TimeProvider.System).EvaluateAsync(job, Listen, CancellationToken.None);

    private void Listen(EvaluationProgress step)
    {
        lock (progress)
            progress.Add(step);
    }

    private static string Told(EvaluationProgress step) => step switch
    {
        EvaluationProgress.PhaseStarted(var key) => $"+{key}",
        EvaluationProgress.PhaseEnded(var key, var passed, _) => $"-{key} {passed}",
        EvaluationProgress.LogLine(var text) => text,
        _ => "?",
    };

    private static EvaluationJob Job(string harness, string submission, EvaluationMode mode = EvaluationMode.Test) => new()
    {
        Task = new TaskDefinition
        {
            Lang = "py",
            Config = new TaskConfig.Python("eval.py"),
            Files = ImmutableSortedDictionary<string, string>.Empty
                .Add("eval.py", harness)
                .Add("submission.py", TaskDefinition.SubmissionMarker),
            Tests = [Sized(0), Sized(1), Sized(2)],
            Benchmarks = [Sized(0), Sized(1)],
            Agon = new AgonSettings { MinIsolation = IsolationLevel.None },
        },
        Submission = submission,
        Mode = mode,
        Gpu = "a device",
        Device = new DeviceSettings { TrustAllSubmitters = true },
    };

    private static Case Sized(int size) =>
        new([KeyValuePair.Create<string, CaseValue>("size", new CaseValue.Whole(new BigInteger(size)))]);
}
