using Agon.Contracts.Runs;
using Agon.Launchers.Local;

namespace Agon.Launchers.Tests.Local;

[Collection(nameof(ScriptedRunners))]
public sealed class LocalLauncherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Progress_is_passed_on_in_order_and_the_report_is_returned()
    {
        using var runner = new FakeRunner("""
            read -r job; printf '%s' "$job" > job
            echo '{"phase":{"name":"test"}}'; echo '{"log":"one"}'; echo '{"log":"two"}'
            echo '{"phase":{"name":"test","passed":true,"seconds":0.5}}'
            echo "$(cat report)"
            """);
        var (report, progress) = await RunAsync(runner, TimeProvider.System);

        Assert.Equal("CPU", report.System.Gpu);
        Assert.Equal([("test", null), (null, "one"), (null, "two"), ("test", null)], progress.Select(line => (line.Phase?.Name, line.Log)));
        Assert.True(progress[^1].Phase!.Passed);
        Assert.Contains("\"mode\":\"test\"", runner.Read("job"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_dies_is_the_machines_fault_and_its_last_words_are_for_the_log_alone()
    {
        using var runner = new FakeRunner("read -r job; echo no space left >&2; exit 7");
        var error = await FailAsync(runner, TimeProvider.System);
        Assert.Contains("exit code 7", error.Message, StringComparison.Ordinal);
        Assert.Equal("no space left", error.LastWords);
        Assert.DoesNotContain("no space left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_end_of_much_stderr_is_kept()
    {
        using var runner = new FakeRunner("read -r job; yes complaint | head -c 3000000 >&2; echo the end >&2; exit 1");
        var error = await FailAsync(runner, TimeProvider.System);
        Assert.EndsWith("the end", error.LastWords, StringComparison.Ordinal);
        Assert.True(error.LastWords.Length < 8000);
    }

    [Fact]
    public async Task A_runner_that_dies_before_it_reads_a_large_job_is_no_different()
    {
        using var runner = new FakeRunner("exit 9");
        var launch = Launcher(runner, TimeProvider.System).RunAsync(Some.Job(submission: new string('x', 1_000_000)), _ => Task.CompletedTask, Some.Forever, CancellationToken.None);
        Assert.Contains("exit code 9", (await Assert.ThrowsAsync<LaunchException>(() => launch.WaitAsync(Patience))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_runner_gives_as_the_fault_is_the_reason()
    {
        using var runner = new FakeRunner("""read -r job; echo '{"fault":"no sandbox here"}'; exit 2""");
        Assert.Equal("no sandbox here", (await FailAsync(runner, TimeProvider.System)).Message);
    }

    [Theory]
    [InlineData("echo hello")]
    [InlineData("echo")]
    [InlineData("echo null")]
    [InlineData("echo '{}'")]
    [InlineData("echo '[]'")]
    [InlineData("""echo '{"verdict":"pass"}'""")]
    [InlineData("""echo '{"log":"one","fault":"two"}'""")]
    [InlineData("""echo '{"report":{"success":true}}'""")]
    [InlineData("""printf '\377\376\n'""")]
    [InlineData("""printf '{"log":"no line end"}'""")]
    [InlineData("head -c 20000000 /dev/zero | tr '\\0' x")]
    [InlineData("head -c 20000000 /dev/zero | tr '\\0' x; echo")]
    [InlineData("""yes "{\"log\":\"$(head -c 4000 /dev/zero | tr '\0' x)\"}" """)]
    public async Task Whatever_else_a_runner_writes_is_refused_and_the_runner_ended(string script)
    {
        using var runner = new FakeRunner($"read -r job; {script}; echo '{FakeRunner.Report}'");
        await FailAsync(runner, new HurriedClock());
        await runner.EndedAsync();
    }

    [Fact]
    public async Task A_runner_that_hangs_is_ended_once_all_its_limits_are_over()
    {
        using var runner = new FakeRunner("trap '' TERM; read -r job; sleep 1000 & echo $! > child; wait");
        var error = await FailAsync(runner, new HurriedClock());
        // 30 s for the tests, and the margin.
        Assert.Contains("within 210 s", error.Message, StringComparison.Ordinal);
        await runner.EndedAsync();
        await LiveProcess.EndedAsync(int.Parse(runner.Read("child")!));
    }

    [Fact]
    public async Task A_cancelled_runner_loses_its_input_and_may_end_by_itself()
    {
        using var runner = new FakeRunner("""read -r job; echo '{"log":"here"}'; cat > rest; echo yes > ended; exit 3""");
        await CancelAtFirstLineAsync(runner, new PatientClock());
        Assert.Equal("yes", runner.Read("ended"));
        Assert.False(LiveProcess.Is(int.Parse(runner.Read("pid")!)));
    }

    [Fact]
    public async Task A_cancelled_runner_that_does_not_listen_is_killed_after_a_grace()
    {
        using var runner = new FakeRunner("""trap '' TERM; read -r job; echo '{"log":"here"}'; exec sleep 1000""");
        await CancelAtFirstLineAsync(runner, new HurriedClock());
        await runner.EndedAsync();
    }

    [Fact]
    public async Task A_runner_that_lingers_after_its_report_is_ended()
    {
        using var runner = new FakeRunner($"read -r job; echo '{FakeRunner.Report}'; exec sleep 1000");
        await RunAsync(runner, new HurriedClock(), limitSeconds: 3000);
        await runner.EndedAsync();
    }

    [Fact]
    public async Task Trouble_of_the_listener_ends_the_runner()
    {
        using var runner = new FakeRunner("""read -r job; echo '{"log":"here"}'; exec sleep 1000""");
        var launch = Launcher(runner, new HurriedClock()).RunAsync(Some.Job(limitSeconds: 3000), _ => throw new InvalidDataException("listener"), Some.Forever, CancellationToken.None);
        await Assert.ThrowsAsync<InvalidDataException>(() => launch.WaitAsync(Patience));
        await runner.EndedAsync();
    }

    [Fact]
    public async Task A_runner_is_not_told_the_servers_environment()
    {
        const string Name = "AGON_LAUNCHER_TEST_PASSWORD";
        Environment.SetEnvironmentVariable(Name, "secret");
        using var runner = new FakeRunner($"read -r job; env > environment; echo '{FakeRunner.Report}'");
        await RunAsync(runner, TimeProvider.System);
        Assert.Contains("PATH=", runner.Read("environment"), StringComparison.Ordinal);
        Assert.DoesNotContain(Name, runner.Read("environment"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_is_not_there_is_a_launch_failure()
    {
        var launch = new LocalLauncher("/nowhere/agon-runner", TimeProvider.System).RunAsync(Some.Job(), _ => Task.CompletedTask, Some.Forever, CancellationToken.None);
        Assert.Contains("/nowhere/agon-runner", (await Assert.ThrowsAsync<LaunchException>(() => launch)).Message, StringComparison.Ordinal);
    }

    private static async Task<(FullResult Report, List<RunnerLine> Progress)> RunAsync(FakeRunner runner, TimeProvider clock, int limitSeconds = 30)
    {
        var progress = new List<RunnerLine>();
        var report = await Launcher(runner, clock).RunAsync(Some.Job(limitSeconds: limitSeconds), line =>
        {
            progress.Add(line);
            return Task.CompletedTask;
        }, Some.Forever, CancellationToken.None).WaitAsync(Patience);
        return (report, progress);
    }

    private static Task<LaunchException> FailAsync(FakeRunner runner, TimeProvider clock) =>
        Assert.ThrowsAsync<LaunchException>(() => RunAsync(runner, clock));

    private static async Task CancelAtFirstLineAsync(FakeRunner runner, TimeProvider clock)
    {
        using var cancellation = new CancellationTokenSource();
        var launch = Launcher(runner, clock).RunAsync(Some.Job(limitSeconds: 3000), _ => cancellation.CancelAsync(), Some.Forever, cancellation.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launch.WaitAsync(Patience));
    }

    private static LocalLauncher Launcher(FakeRunner runner, TimeProvider clock) => new(runner.RunnerPath, clock);
}
