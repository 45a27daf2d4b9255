using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Launchers.Local;

namespace Agon.Launchers.Tests.Local;

/// <summary>The real agon-runner, with a real sandbox around the entry.</summary>
/// <remarks>Not beside the tests that write scripts and run them: a process that is started meanwhile holds the script's file open until it becomes another program.</remarks>
[Collection(nameof(ScriptedRunners))]
public sealed class RealRunnerTests
{
    private static readonly string RunnerPath = Path.Combine(AppContext.BaseDirectory, "agon-runner");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Announce = """
        import os, sys
        verdict = os.fdopen(int(os.environ["POPCORN_FD"]), "w")
        print("test.0.status: pass", file=verdict, flush=True)

        """;

    // A child and a daemon, both deaf to polite signals.
    private const string Linger = Announce + """
        import signal, subprocess, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[0]])
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[0]], start_new_session=True)
        print("test.0.message: lingering", file=verdict, flush=True)
        time.sleep(600)
        """;

    // Distinct in /proc, so that tests that run at once do not see each other's processes.
    private readonly string marker = $"eval-{Guid.NewGuid():N}.py";

    [Fact]
    public async Task A_job_goes_in_and_a_report_comes_out()
    {
        var lines = new List<RunnerLine>();
        var report = await Launcher().RunAsync(Marked(Announce + "print('check: pass', file=verdict)"), line =>
        {
            lines.Add(line);
            return Task.CompletedTask;
        }, Some.Forever, CancellationToken.None).WaitAsync(Patience);

        var run = report.Runs["test"].Run!;
        Assert.True(run.Passed, run.Stderr);
        Assert.Equal([("started", null), (null, null), (null, "✅ size: 1"), (null, null)], lines.Select(line => (line.Runner, line.Log)));
        Assert.NotNull(report.System.Isolation);
    }

    [Fact]
    public async Task The_largest_verdict_with_every_byte_escaped_still_fits_into_the_reports_line()
    {
        var report = await Launcher().RunAsync(Marked(Announce + """
            for n in range(80):
                print(f"{n}: " + "\x01" * 6400, file=verdict)
            print("check: pass", file=verdict)
            """), _ => Task.CompletedTask, Some.Forever, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(6400, report.Runs["test"].Run!.Result["79"].Length);
    }

    [Fact]
    public async Task No_command_line_on_the_machine_shows_the_seed()
    {
        const long Seed = 5_318_008_771_345;
        using var cancellation = new CancellationTokenSource();
        var seen = new List<string>();
        var launch = Launcher().RunAsync(Marked(Linger) with { Seed = Seed }, line =>
        {
            if (!IsLingering(line))
                return Task.CompletedTask;
            seen.AddRange(CommandLines().Select(process => process.CommandLine));
            return cancellation.CancelAsync();
        }, Some.Forever, cancellation.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launch.WaitAsync(Patience));

        Assert.Contains(seen, line => line.Contains(marker, StringComparison.Ordinal));
        Assert.DoesNotContain(seen, line => line.Contains($"{Seed}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_job_leaves_no_process_alive()
    {
        using var cancellation = new CancellationTokenSource();
        var before = 0;
        var launch = Launcher().RunAsync(Marked(Linger), line =>
        {
            if (!IsLingering(line))
                return Task.CompletedTask;
            before = Alive().Count;
            return cancellation.CancelAsync();
        }, Some.Forever, cancellation.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launch.WaitAsync(Patience));
        Assert.True(before >= 3, $"{before} processes were seen");
        await EmptyAsync();
    }

    [Fact]
    public async Task A_runner_whose_input_ends_ends_its_entry_and_exits_with_3()
    {
        using var runner = await LingeringAsync();
        runner.StandardInput.Close();
        await runner.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(3, runner.ExitCode);
        await EmptyAsync();
    }

    [Fact]
    public async Task A_runner_that_is_terminated_ends_its_entry_and_exits_with_3()
    {
        using var runner = await LingeringAsync();
        using var kill = Process.Start("/bin/kill", ["-TERM", $"{runner.Id}"]);
        await runner.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(3, runner.ExitCode);
        await EmptyAsync();
    }

    [Fact]
    public async Task A_runner_whose_time_is_not_extended_ends_its_entry_and_exits_with_3()
    {
        using var runner = await LingeringAsync();
        await SayAsync(runner, "60000");
        await SayAsync(runner, "1");
        await runner.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(3, runner.ExitCode);
        await EmptyAsync();
    }

    [Fact]
    public async Task A_runner_whose_time_is_extended_goes_on()
    {
        using var runner = await LingeringAsync();
        await SayAsync(runner, "1500");
        await SayAsync(runner, "600000");
        await Assert.ThrowsAsync<TimeoutException>(() => runner.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(3)));
        runner.StandardInput.Close();
        await runner.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(3, runner.ExitCode);
    }

    [Fact]
    public async Task A_runner_that_is_killed_takes_its_entry_with_it()
    {
        using var runner = await LingeringAsync();
        runner.Kill();
        await runner.WaitForExitAsync().WaitAsync(Patience);
        await EmptyAsync();
    }

    [Theory]
    [InlineData("{}", 1)]
    [InlineData("not json", 1)]
    public async Task What_is_no_job_is_a_fault(string job, int exitCode)
    {
        using var runner = Started();
        await runner.StandardInput.WriteLineAsync(job);
        await runner.StandardInput.FlushAsync();
        var said = await runner.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await runner.WaitForExitAsync().WaitAsync(Patience);
        // It may have said before that it is ready.
        Assert.NotNull(JsonSerializer.Deserialize(said.TrimEnd().Split('\n')[^1], AgonJson.Wire.RunnerLine)!.Fault);
        Assert.Equal(exitCode, runner.ExitCode);
    }

    [Fact]
    public async Task A_machine_without_the_devices_interpreter_is_a_fault()
    {
        var job = Marked(Announce) with { Device = new DeviceDocument { Interpreter = "/nowhere/python3", TrustAllSubmitters = true } };
        var error = await Assert.ThrowsAsync<LaunchException>(() => Launcher().RunAsync(job, _ => Task.CompletedTask, Some.Forever, CancellationToken.None));
        Assert.Contains("/nowhere/python3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_from_a_file_needs_no_standard_input_and_its_report_goes_to_a_file_too()
    {
        var folder = Directory.CreateTempSubdirectory("agon-runner-");
        try
        {
            var (jobFile, reportFile) = (Path.Combine(folder.FullName, "job.json"), Path.Combine(folder.FullName, "report.json"));
            await File.WriteAllBytesAsync(jobFile, JsonSerializer.SerializeToUtf8Bytes(Marked(Announce + "print('check: pass', file=verdict)"), AgonJson.Wire.JobDocument));
            using var runner = Started("--job", jobFile, "--report", reportFile);
            runner.StandardInput.Close();
            await runner.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
            await runner.WaitForExitAsync().WaitAsync(Patience);

            Assert.Equal(0, runner.ExitCode);
            var report = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(reportFile), AgonJson.Wire.FullResult)!;
            Assert.True(report.Runs["test"].Run!.Passed);
            Assert.Equal(["job.json", "report.json"], folder.GetFiles().Select(file => file.Name).Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool IsLingering(RunnerLine line) => line.Log?.Contains("lingering", StringComparison.Ordinal) == true;

    private static LocalLauncher Launcher() => new(RunnerPath, TimeProvider.System);

    private JobDocument Marked(string harness)
    {
        var job = Some.Job();
        return job with
        {
            Task = job.Task with
            {
                Files = ImmutableSortedDictionary<string, string>.Empty.Add(marker, harness),
                Config = new() { Main = marker },
                Tests = [JsonSerializer.Deserialize("""{"size": 1}""", AgonJson.Wire.Case)!],
            },
        };
    }

    private static Process Started(params string[] arguments) => Process.Start(new ProcessStartInfo(RunnerPath, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private async Task<Process> LingeringAsync()
    {
        var runner = Started();
        await runner.StandardInput.WriteLineAsync(JsonSerializer.Serialize(Marked(Linger), AgonJson.Wire.JobDocument));
        await runner.StandardInput.FlushAsync();
        while (await runner.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.Contains("lingering", StringComparison.Ordinal))
            {
                Assert.True(Alive().Count >= 3);
                return runner;
            }
        }
        throw new InvalidOperationException("the harness never came to linger");
    }

    private static async Task SayAsync(Process runner, string line)
    {
        await runner.StandardInput.WriteLineAsync(line);
        await runner.StandardInput.FlushAsync();
    }

    /// <summary>The kernel ends the processes of a dead sandbox a moment after it.</summary>
    private async Task EmptyAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (Alive().Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    private List<string> Alive() =>
        [.. CommandLines().Where(process => process.CommandLine.Contains(marker, StringComparison.Ordinal) && LiveProcess.Is(process.Id)).Select(process => process.CommandLine)];

    private static IEnumerable<(int Id, string CommandLine)> CommandLines()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
                continue;
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            yield return (id, line);
        }
    }
}
