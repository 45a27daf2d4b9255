using Agon.Contracts.Runs;
using Agon.Domain.Runs;
using Agon.Launchers.Local;

namespace Agon.Launchers.Tests.Local;

/// <summary>Runners that wait for a job: each script leaves a line with its process number in the file <c>starts</c>.</summary>
[Collection(nameof(ScriptedRunners))]
public sealed class WaitingRunnersTests
{
    private const string Start = "echo $$ >> starts\n";
    private const string Ready = Start + """echo '{"runner":"ready"}'""" + "\n";
    private const string Work = """
        read -r job || { echo $$ >> ended; exit 3; }
        echo '{"runner":"started"}'; echo "$(cat report)"
        """;

    [Fact]
    public async Task A_job_goes_to_the_runner_that_waits_and_another_one_takes_its_place_afterwards()
    {
        using var runner = new FakeRunner(Ready + Work);
        await using var kept = new Kept(runner);
        var first = (await kept.ReadyAsync(1)).Single();

        var progress = new List<RunnerLine>();
        await kept.RunAsync(line => progress.Add(line));
        Assert.Equal(RunnerState.Started, Assert.Single(progress).Runner);
        var second = (await kept.StartsAsync(2))[1];
        Assert.False(LiveProcess.Is(first));
        Assert.True(LiveProcess.Is(second));
    }

    [Fact]
    public async Task No_runner_is_started_while_a_job_runs()
    {
        using var runner = new FakeRunner(Ready + """
            read -r job || exit 3
            echo '{"runner":"started"}'; sleep 0.5; wc -l < starts > seen; echo "$(cat report)"
            """);
        await using var kept = new Kept(runner, new HurriedClock());
        await kept.ReadyAsync(1);
        await kept.RunAsync(_ => { });
        Assert.Equal("1", runner.Read("seen"));
        await kept.StartsAsync(2);
    }

    [Fact]
    public async Task A_runner_that_died_while_it_waited_costs_no_job_an_attempt()
    {
        using var runner = new FakeRunner(Ready + Work);
        await using var kept = new Kept(runner);
        Kill((await kept.ReadyAsync(1)).Single());
        await kept.RunAsync(_ => { });
    }

    [Fact]
    public async Task A_runner_that_dies_before_it_has_read_its_job_costs_no_attempt_either()
    {
        // The first one closes its ears: it lives, and ends as soon as it is told anything.
        using var runner = new FakeRunner(Start + """
            echo '{"runner":"ready"}'
            [ $(wc -l < starts) = 1 ] && { head -c 1 > /dev/null; exit 9; }
            """ + "\n" + Work);
        await using var kept = new Kept(runner);
        await kept.ReadyAsync(1);
        await kept.RunAsync(_ => { });
        Assert.True((await kept.StartsAsync(2)).Length >= 2);
    }

    [Fact]
    public async Task One_that_dies_at_its_job_is_an_attempt_that_failed()
    {
        using var runner = new FakeRunner(Ready + """read -r job || exit 3; echo '{"runner":"started"}'; exit 7""");
        await using var kept = new Kept(runner);
        await kept.ReadyAsync(1);
        var error = await Assert.ThrowsAsync<LaunchException>(() => kept.RunAsync(_ => { }));
        Assert.Contains("exit code 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_dies_while_it_waits_is_replaced_and_so_is_one_whose_probe_is_old()
    {
        using var runner = new FakeRunner(Ready + Work);
        var clock = new AgingClock();
        await using var kept = new Kept(runner, clock);
        Kill((await kept.ReadyAsync(1)).Single());
        var second = (await kept.StartsAsync(2))[1];
        await kept.ReadyAsync(1);
        Assert.True(LiveProcess.Is(second));

        clock.Age(TimeSpan.FromMinutes(10));
        await kept.StartsAsync(3);
        await LiveProcess.EndedAsync(second);
    }

    [Fact]
    public async Task Runners_that_cannot_be_probed_are_not_started_over_and_over()
    {
        using var runner = new FakeRunner(Start + """echo '{"fault":"no room for a sandbox"}'; exit 2""");
        // Only the end of the job starts another one here: what a look every few seconds starts would be counted, too.
        await using var kept = new Kept(runner, new PatientClock());
        await kept.StartsAsync(1);
        var error = await Assert.ThrowsAsync<LaunchException>(() => kept.RunAsync(_ => { }));
        Assert.Equal("no room for a sandbox", error.Message);
        Assert.True((await kept.StartsAsync(2)).Length <= 3);
    }

    [Fact]
    public async Task As_many_wait_as_there_are_slots_and_none_is_left_at_the_end()
    {
        using var runner = new FakeRunner(Ready + Work);
        int[] all;
        await using (var kept = new Kept(runner, new PatientClock(), slots: 3))
            all = await kept.ReadyAsync(3);
        Assert.Equal(3, all.Distinct().Count());
        Assert.DoesNotContain(all, LiveProcess.Is);
        Assert.Equal(3, runner.Read("ended")!.Split('\n').Length);
    }

    [Theory]
    [InlineData("{\"runner\":\"ready\",\"isolation\":{\"level\":\"weak\",\"mechanism\":\"walls\"}}", IsolationLevel.Weak)]
    [InlineData("{\"runner\":\"ready\"}", null)]
    [InlineData("{\"fault\":\"no room for a sandbox\"}", null)]
    public async Task What_the_latest_one_found_is_known(string says, IsolationLevel? level)
    {
        using var runner = new FakeRunner($"{Start}echo '{says}'\n{Work}");
        await using var kept = new Kept(runner);
        Assert.Equal(level, (await kept.LastStartAsync()).Isolation?.Level);
    }

    [Fact]
    public async Task One_that_cannot_be_started_is_known_too()
    {
        using var runner = new FakeRunner(Ready + Work);
        File.Delete(runner.RunnerPath);
        await using var kept = new Kept(runner);
        Assert.Null((await kept.LastStartAsync()).Isolation);
    }

    private static void Kill(int process)
    {
        using var victim = System.Diagnostics.Process.GetProcessById(process);
        victim.Kill();
        victim.WaitForExit();
    }

    /// <summary>A hurried clock on which time passes at a word.</summary>
    private sealed class AgingClock : HurriedClock
    {
        private long passed;

        public void Age(TimeSpan by) => Interlocked.Add(ref passed, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref passed);
    }

    /// <summary>A launcher that keeps runners of a script ready.</summary>
    private sealed class Kept : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
        private readonly CancellationTokenSource stopping = new();
        private readonly FakeRunner runner;
        private readonly LocalLauncher launcher;
        private readonly Task keeping;

        public Kept(FakeRunner runner, TimeProvider? clock = null, int slots = 1)
        {
            this.runner = runner;
            launcher = new LocalLauncher(runner.RunnerPath, clock ?? TimeProvider.System);
            keeping = launcher.KeepReadyAsync(slots, stopping.Token);
        }

        public Task<FullResult> RunAsync(Action<RunnerLine> hear) => launcher.RunAsync(Some.Job(limitSeconds: 3000), line =>
        {
            hear(line);
            return Task.CompletedTask;
        }, Some.Forever, CancellationToken.None).WaitAsync(Patience);

        /// <summary>The runners that ever started, once there are so many.</summary>
        public async Task<int[]> StartsAsync(int count)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (true)
            {
                var lines = runner.Read("starts")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
                if (lines.Length >= count)
                    return [.. lines.Select(int.Parse)];
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{lines.Length} of {count} runners started");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
        }

        /// <summary>As <see cref="StartsAsync"/>, and all have said that they are ready.</summary>
        public async Task<int[]> ReadyAsync(int count)
        {
            var starts = await StartsAsync(count);
            var began = TimeProvider.System.GetTimestamp();
            while (launcher.Ready < count)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{launcher.Ready} of {count} runners are ready");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
            return starts;
        }

        public async Task<RunnerStart> LastStartAsync()
        {
            var began = TimeProvider.System.GetTimestamp();
            while (launcher.LastStart is null)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "no start has ended");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }
            return launcher.LastStart;
        }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping.WaitAsync(Patience));
            stopping.Dispose();
        }
    }
}

/// <summary>One after the other, so that no script is started while another is still being written (ETXTBSY).</summary>
[CollectionDefinition(nameof(ScriptedRunners))]
public sealed class ScriptedRunners;
