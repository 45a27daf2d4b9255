using System.Collections.Immutable;
using System.IO.Compression;
using Agon.Domain.Jobs;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;

namespace Agon.Evaluation.Tests.Kernels;

/// <summary>C++ tasks, compiled by the real compiler in real sandboxes.</summary>
public sealed class CompiledTaskTests(ProbedSandbox probed) : IClassFixture<ProbedSandbox>
{
    private const string Gpp = "/usr/bin/g++";
    private const string Valgrind = "/usr/bin/valgrind";

    private const string Harness = """
        #include <cstdio>
        #include <cstdlib>
        #include <cstring>
        #include <fstream>
        #include <string>
        #include "task.h"

        int main(int count, char** arguments) {
            if (count != 3) return 2;
            FILE* verdict = fdopen(std::atoi(std::getenv("POPCORN_FD")), "w");
            std::ifstream file(arguments[2]);
            int cases = 0;
            for (std::string line; std::getline(file, line);) cases++;
            std::fprintf(verdict, "mode: %s\nbenchmark-count: %d\n", arguments[1], cases);
            for (int n = 0; n < cases; n++) std::fprintf(verdict, "benchmark.%d.mean: 1500\n", n);
            std::ifstream left("left");
            std::fprintf(verdict, "left: %s\n", left.good() ? "yes" : "no");
            std::ofstream("left") << "behind";
            std::ifstream source("submission.cpp"), header("task.h");
            std::fprintf(verdict, "sources: %s\n", source.good() || header.good() ? "yes" : "no");
            bool good = answer() == ANSWER;
            std::fprintf(verdict, "check: %s\n", good ? "pass" : "fail");
            std::fclose(verdict);
            return good ? 0 : 112;
        }
        """;

    private const string Correct = "#include \"task.h\"\nint answer() { return 42; }\n";

    private readonly List<EvaluationProgress> progress = [];

    [ToolFact(Gpp)]
    public async Task An_entry_is_compiled_once_and_its_program_passes_every_phase()
    {
        var report = await JudgeAsync(Job(Correct, EvaluationMode.Leaderboard));

        Assert.True(report.Success, report.Error);
        Assert.Equal([Phase.Test, Phase.Benchmark, Phase.Leaderboard], report.Phases.Select(phase => phase.Key));
        Assert.All(report.Phases, phase => Assert.True(phase.Passed, phase.Run?.Stderr));
        Assert.All(report.Phases, phase => Assert.Same(report.Phases[0].Compilation, phase.Compilation));
        Assert.Equal("compile", Assert.Single(progress.OfType<EvaluationProgress.PhaseStarted>(), step => step.Key == "compile").Key);
        Assert.Equal("./eval.out leaderboard cases.txt", report.Phases[2].Run!.Command);

        var compilation = report.Phases[0].Compilation!;
        Assert.Equal((true, true, 0), (compilation.NvccFound, compilation.Success, compilation.ExitCode));
        Assert.StartsWith("/usr/bin/g++ -O3 -std=c++20 -DNDEBUG -pthread -DANSWER=42 ./eval.cpp ./submission.cpp -o eval.out", compilation.Command, StringComparison.Ordinal);
        Assert.StartsWith("g++", compilation.NvccVersion, StringComparison.Ordinal);
        Assert.Equal(compilation.NvccVersion, report.System.Runtime);
    }

    [ToolFact(Gpp)]
    public async Task What_a_harness_writes_into_its_folder_is_gone_in_the_next_phase_and_sources_are_never_there()
    {
        var report = await JudgeAsync(Job(Correct, EvaluationMode.Leaderboard));
        Assert.Equal(["no", "no", "no"], report.Phases.Select(phase => phase.Run!.Result["left"]));
        Assert.Equal(["no", "no", "no"], report.Phases.Select(phase => phase.Run!.Result["sources"]));
    }

    [ToolFact(Gpp)]
    public async Task An_entry_that_does_not_compile_fails_its_first_phase_with_the_compilers_words_and_nothing_runs()
    {
        var job = Job("int answer() { return fortytwo; }\n", EvaluationMode.Leaderboard);
        var report = await JudgeAsync(job);

        Assert.True(report.Success);
        var phase = Assert.Single(report.Phases);
        Assert.Equal((Phase.Test, false), (phase.Key, phase.Passed));
        Assert.Null(phase.Run);
        Assert.Equal((false, 1), (phase.Compilation!.Success, phase.Compilation.ExitCode));
        Assert.Contains("fortytwo", phase.Compilation.Stderr, StringComparison.Ordinal);
        Assert.Contains(progress, step => step is EvaluationProgress.LogLine(var text) && text.Contains("fortytwo", StringComparison.Ordinal));
        var outcome = SubmissionOutcome.Of(job.Task, job.Mode, job.Gpu, report);
        Assert.Equal(JobStatus.Failed, outcome.Status);
        Assert.StartsWith("the tests did not start: compilation failed: ./submission.cpp:1:", outcome.Error, StringComparison.Ordinal);
    }

    [ToolTheory(Gpp)]
    [InlineData("#include \"/etc/passwd\"\nint answer() { return 42; }\n")]
    [InlineData("asm(\".incbin \\\"/etc/passwd\\\"\");\nint answer() { return 42; }\n")]
    [InlineData("#include \"/proc/1/environ\"\nint answer() { return 42; }\n")]
    public async Task A_file_of_the_host_cannot_be_compiled_in(string entry)
    {
        var report = await JudgeAsync(Job(entry));
        var compilation = Assert.Single(report.Phases).Compilation!;
        if (probed.Host.Isolation.Level > IsolationLevel.None)
            Assert.False(compilation.Success);
        Assert.DoesNotContain("root:", compilation.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("AGON", compilation.Stderr, StringComparison.Ordinal);
    }

    [ToolTheory(Gpp)]
    [InlineData("#include \"/dev/zero\"\n")]
    [InlineData("template <int N, int M> struct T { static constexpr int v = T<N - 1, M>::v + T<N - 1, M + 1>::v; };\n"
        + "template <int M> struct T<0, M> { static constexpr int v = M; };\nint answer() { return T<800, 0>::v; }\n")]
    public async Task A_compile_bomb_ends_within_its_limits(string entry)
    {
        var compiler = (await Compiler.FindAsync("cpp"))!;
        var job = Job(entry) with { Device = new DeviceSettings { MemoryBytes = 512 << 20, TrustAllSubmitters = true } };
        var harness = await CompiledHarness.CompileAsync(
            job, (TaskConfig.Compiled)job.Task.Config, compiler, probed.Host, TimeSpan.FromSeconds(5), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(harness.Compilation!.Success);
        Assert.InRange(harness.Compilation.Stderr.Length, 1, 17_000);
    }

    [ToolFact(Gpp)]
    public async Task A_compiler_that_does_not_end_in_time_is_ended_and_that_is_said()
    {
        var compiler = (await Compiler.FindAsync("cpp"))!;
        var job = Job("#include <regex>\n" + Correct);
        var harness = await CompiledHarness.CompileAsync(
            job, (TaskConfig.Compiled)job.Task.Config, compiler, probed.Host, TimeSpan.FromMilliseconds(20), CancellationToken.None);
        Assert.Equal((false, HarnessExit.TimedOut), (harness.Compilation!.Success, harness.Compilation.ExitCode));
        Assert.Equal("compilation failed: agon: error: the compiler did not end within 0.02 s and was ended", harness.Compilation.Complaint);
    }

    [ToolFact(Gpp)]
    public async Task A_program_that_is_too_large_is_no_program()
    {
        var report = await JudgeAsync(Job("char filling[80 << 20] = {1};\nint answer() { return filling[0] + 41; }\n"));
        var compilation = Assert.Single(report.Phases).Compilation!;
        Assert.False(compilation.Success);
        Assert.Contains("the program is larger than 64 MiB", compilation.Stderr, StringComparison.Ordinal);
    }

    [ToolFact(Gpp, Valgrind)]
    public async Task A_profile_counts_instructions_by_function_one_run_for_each_benchmark()
    {
        const string Loop = """
            #include "task.h"
            __attribute__((noinline)) int counted(int n) { volatile int sum = 0; for (int i = 0; i < n; i++) sum = sum + i % 2; return sum; }
            int answer() { return counted(2000000) - 999958; }
            """;
        var job = Job(Loop, EvaluationMode.Profile);
        var report = await JudgeAsync(job with { Task = job.Task with { RankingBy = RankingBy.Mean } });

        Assert.Equal(["profile.0", "profile.1"], report.Phases.Select(phase => phase.Key));
        Assert.All(report.Phases, phase => Assert.True(phase.Passed, phase.Run!.Stderr));
        Assert.All(report.Phases, phase => Assert.Equal(("profile", "1"), (phase.Run!.Result["mode"], phase.Run.Result["benchmark-count"])));
        Assert.Equal("callgrind", report.Phases[0].Profile!.Profiler);
        var text = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(report.Phases[0].Run!.Result["benchmark.0.report"]));
        Assert.True(text.Contains("counted(int)", StringComparison.Ordinal), text);
        using var trace = new ZipArchive(new MemoryStream(Convert.FromBase64String(report.Phases[1].Profile!.Trace)));
        using var file = new StreamReader(Assert.Single(trace.Entries, entry => entry.FullName == "callgrind.out").Open());
        Assert.Contains("counted(int)", await file.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.All(report.Phases, phase => Assert.DoesNotContain(ProfileTrace.Key, phase.Run!.Result.Keys));
        Assert.Equal(JobStatus.Succeeded, SubmissionOutcome.Of(job.Task with { RankingBy = RankingBy.Mean }, job.Mode, job.Gpu, report).Status);
    }

    [Fact]
    public async Task Without_nvcc_a_cuda_task_is_refused_in_one_line()
    {
        if (await Compiler.FindAsync("cu") is not null)
            return;
        var job = Job(Correct);
        var report = await JudgeAsync(job with { Task = job.Task with { Lang = "cu" } });
        Assert.False(report.Success);
        Assert.Equal("this device has no nvcc, so it cannot compile tasks of lang cu", report.Error);
        Assert.Empty(report.Phases);
        Assert.Equal(
            new JobOutcome(JobStatus.Failed, report.Error), SubmissionOutcome.Of(job.Task, job.Mode, job.Gpu, report));
    }

    [Fact]
    public async Task A_compiler_is_looked_for_in_the_folders_that_are_named() =>
        Assert.Null(await Compiler.FindAsync("g++", ["", "relative", "/nowhere"]));

    [Fact]
    public async Task Cuda_does_not_run_on_other_makers_devices()
    {
        var job = Job(Correct) with { Gpu = "MI300" };
        Assert.Equal("MI300 does not run CUDA, so it cannot run tasks of lang cu", (await JudgeAsync(job with { Task = job.Task with { Lang = "cu" } })).Error);
    }

    [Fact]
    public async Task A_task_for_more_gpus_than_there_are_is_refused_in_one_line()
    {
        var job = Job(Correct);
        var wide = new Case([KeyValuePair.Create<string, CaseValue>("world_size", new CaseValue.Whole(5000))]);
        var report = await JudgeAsync(job with { Task = job.Task with { MultiGpu = true, Tests = [wide] } });
        Assert.Equal($"the task's cases run on 5000 GPUs at once (world_size), but this device has {Machine.GpuCount()}", report.Error);
    }

    [Theory]
    [InlineData("H100", "-gencode=arch=compute_90a,code=sm_90a")]
    [InlineData("t4", "-gencode=arch=compute_75,code=sm_75")]
    [InlineData("B200_Nebius", "-gencode=arch=compute_100,code=sm_100")]
    [InlineData("NVIDIA", "-arch=native")]
    public void A_cuda_program_is_compiled_for_its_device(string gpu, string flag)
    {
        var config = new TaskConfig.Compiled
        {
            Sources = ["-eval.cu", "@submission.cu"],
            IncludeDirs = ["/usr/include/x"],
            Defines = ImmutableSortedDictionary<string, string?>.Empty.Add("A", null).Add("B", "1 2"),
            CompileFlags = ["--use_fast_math"],
        };
        var words = CompilerCommand.Of("/usr/local/cuda/bin/nvcc", Job("").Task with { Lang = "cu" }, config, gpu, forProfile: false);
        Assert.Equal(flag, words[9]);
        Assert.Equal(
            ["-I/usr/include/x", "-DA", "-DB=1 2", "--use_fast_math", "./-eval.cu", "./@submission.cu", "-o", "eval.out"], words.Skip(10));
    }

    private Task<Report> JudgeAsync(EvaluationJob job) => new KernelJudge(probed.Host, TimeProvider.System).EvaluateAsync(job, progress.Add, CancellationToken.None);

    private static EvaluationJob Job(string submission, EvaluationMode mode = EvaluationMode.Test) => new()
    {
        Task = new TaskDefinition
        {
            Lang = "cpp",
            Config = new TaskConfig.Compiled
            {
                Sources = ["eval.cpp", "submission.cpp"],
                Defines = ImmutableSortedDictionary<string, string?>.Empty.Add("ANSWER", "42"),
            },
            Files = ImmutableSortedDictionary<string, string>.Empty
                .Add("eval.cpp", Harness)
                .Add("task.h", "int answer();\n")
                .Add("submission.cpp", TaskDefinition.SubmissionMarker),
            Tests = [Sized(1)],
            Benchmarks = [Sized(2), Sized(3)],
            Agon = new AgonSettings { MinIsolation = IsolationLevel.None },
        },
        Submission = submission,
        Mode = mode,
        Gpu = "a device",
        Device = new DeviceSettings { TrustAllSubmitters = true },
    };

    private static Case Sized(int size) => new([KeyValuePair.Create<string, CaseValue>("size", new CaseValue.Whole(size))]);
}
