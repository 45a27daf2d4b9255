using Agon.Evaluation.Processes;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public sealed class LifeBehindBubblewrap() : SandboxLife(Walls.Bubblewrap)
{
    [WallsFact(Walls.Bubblewrap)]
    public Task Forty_sandboxes_at_once_see_no_foreign_descriptor() => FortyAtOnceAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task A_verdict_line_arrives_while_the_program_still_runs() => LiveVerdictAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task Cancelling_ends_the_program_and_all_its_children() => CancelAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task Nothing_survives_a_runner_that_is_killed() => KilledRunnerAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task Nothing_survives_a_runner_that_is_killed_while_it_builds() => KilledBuilderAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task A_program_that_is_not_there_is_our_fault() => MissingProgramAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task A_read_only_folder_is_seen_at_its_own_path_whoever_may_read_it() => ReadOnlyFolderAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task A_device_of_the_job_can_be_opened_and_no_other_is_seen() => DevicesAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task A_listener_that_throws_ends_the_program() => ThrowingListenerAsync();
}

public sealed class LifeBehindUnshare() : SandboxLife(Walls.Unshare)
{
    [WallsFact(Walls.Unshare)]
    public Task Forty_sandboxes_at_once_see_no_foreign_descriptor() => FortyAtOnceAsync();

    [WallsFact(Walls.Unshare)]
    public Task A_verdict_line_arrives_while_the_program_still_runs() => LiveVerdictAsync();

    [WallsFact(Walls.Unshare)]
    public Task Cancelling_ends_the_program_and_all_its_children() => CancelAsync();

    [WallsFact(Walls.Unshare)]
    public Task Nothing_survives_a_runner_that_is_killed() => KilledRunnerAsync();

    [WallsFact(Walls.Unshare)]
    public Task Nothing_survives_a_runner_that_is_killed_while_it_builds() => KilledBuilderAsync();

    [WallsFact(Walls.Unshare)]
    public Task A_program_that_is_not_there_is_our_fault() => MissingProgramAsync();

    [WallsFact(Walls.Unshare)]
    public Task A_read_only_folder_is_seen_at_its_own_path_whoever_may_read_it() => ReadOnlyFolderAsync();

    [WallsFact(Walls.Unshare)]
    public Task A_device_of_the_job_can_be_opened_and_no_other_is_seen() => DevicesAsync();
}

public sealed class LifeWithoutWalls() : SandboxLife(Walls.Nothing)
{
    [Fact]
    public Task A_verdict_line_arrives_while_the_program_still_runs() => LiveVerdictAsync();

    [Fact]
    public Task Cancelling_ends_the_program_and_all_its_children() => CancelAsync();

    [Fact]
    public Task A_program_that_is_not_there_is_our_fault() => MissingProgramAsync();

    [Fact]
    public async Task A_daemon_is_found_by_its_environment()
    {
        var marker = Guid.NewGuid().ToString("N");
        var result = await RunAsync(Some.Spec("daemon.py") with { Environment = new Dictionary<string, string> { [Some.Marker] = marker } });

        Assert.Equal(new ProgramEnd.Exited(0), result.End);
        Assert.Empty(ProcessTree.WithEnvironment(marker));
    }

    [Fact]
    public async Task The_working_folder_is_fresh_and_gone_afterwards()
    {
        var folder = (await RunAsync(Some.Shell("pwd; touch left-behind; mkdir -p deep/down; echo $HOME"))).Stdout.Split('\n');

        Assert.Equal(folder[0], folder[1]);
        Assert.False(Directory.Exists(folder[0]));
    }
}

/// <summary>How a sandbox starts, is watched and ends, whatever it is made of.</summary>
public abstract class SandboxLife(string walls)
{
    private protected async Task<SandboxResult> RunAsync(
        SandboxSpec spec, Action<string>? onVerdictLine = null, CancellationToken cancellationToken = default) =>
        await (await Walls.HostAsync(walls)).RunAsync(spec, onVerdictLine, cancellationToken);

    private protected async Task FortyAtOnceAsync()
    {
        // Each lists its descriptors and stays until all others have done so too, as far as a second goes.
        var spec = Some.Shell("ls -l /proc/self/fd | sed -n 's/.* \\([0-9]* -> .*\\)/\\1/p' | grep -v /proc/; sleep 1") with { VerdictChannel = true };
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => RunAsync(spec)));

        foreach (var result in results)
        {
            Assert.Equal(new ProgramEnd.Exited(0), result.End);
            var numbers = result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);
            Assert.Equal(["0", "1", "2", "3"], numbers.Order());
        }
    }

    private protected async Task LiveVerdictAsync()
    {
        // The program waits until its line was heard: only the listener's cancelling ends it.
        using var heard = new CancellationTokenSource();
        var lines = new List<string>();
        var spec = Some.Shell("echo one >&3; printf two >&3; sleep 60") with { VerdictChannel = true };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
            spec,
            line =>
            {
                lines.Add(line);
                heard.Cancel();
            },
            heard.Token));

        Assert.Equal(["one"], lines);
    }

    private protected async Task CancelAsync()
    {
        var marker = Guid.NewGuid().ToString("N");
        using var cancellation = new CancellationTokenSource();
        var spec = Some.Shell("sleep 1000 & (sleep 1000 &) ; echo up >&3; sleep 1000") with
        {
            VerdictChannel = true,
            Environment = new Dictionary<string, string> { [Some.Marker] = marker },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(spec, _ => cancellation.Cancel(), cancellation.Token));

        Assert.Empty(ProcessTree.WithEnvironment(marker));
    }

    private protected async Task KilledRunnerAsync()
    {
        var marker = Guid.NewGuid().ToString("N");
        using var runner = DriverProcess.Start(walls, "deaf_reporter.py", marker);
        Assert.Equal("up", await runner.ReadLineAsync());
        Assert.NotEmpty(ProcessTree.WithEnvironment(marker));

        runner.KillAlone();

        Assert.True(await Eventually.HoldsAsync(() => !ProcessTree.WithEnvironment(marker).Any()), "a process outlived its runner");
    }

    private protected async Task KilledBuilderAsync()
    {
        for (var n = 0; n < 8; n++)
        {
            var marker = Guid.NewGuid().ToString("N");
            using var runner = DriverProcess.Start(walls, "deaf_reporter.py", marker);
            bool Lives() => CommandLines.Any($"inside-{marker}");
            Assert.True(await Eventually.HoldsAsync(Lives), "the sandbox was never begun");

            runner.KillAlone();

            Assert.True(await Eventually.HoldsAsync(() => !Lives()), "a half-built sandbox outlived its runner");
        }
    }

    private protected async Task MissingProgramAsync()
    {
        var fault = await Assert.ThrowsAsync<SandboxFaultException>(() => RunAsync(new SandboxSpec { Command = ["/usr/bin/no-such-program"] }));

        Assert.Contains("/usr/bin/no-such-program", fault.Message, StringComparison.Ordinal);
    }

    private protected async Task ReadOnlyFolderAsync()
    {
        var folder = Directory.CreateTempSubdirectory("agon-prefix-").FullName;   // mode 0700: the sandbox's own uid could not enter
        try
        {
            var inner = Directory.CreateDirectory(Path.Combine(folder, "lib")).FullName;
            await File.WriteAllTextAsync(Path.Combine(inner, "module"), "here");
            var spec = Some.Shell($"cat {inner}/module; echo x >{inner}/module || echo refused; ls {folder}") with { ReadOnlyFolders = [inner] };

            var result = await RunAsync(spec);

            Assert.Equal("hererefused\nlib\n", result.Stdout);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private protected async Task DevicesAsync()
    {
        const string node = "/dev/kmsg";   // every machine has it, and no sandbox shows it by itself
        var look = Some.Shell($"[ -c {node} ] && echo seen; : <{node}");

        Assert.DoesNotContain("seen", (await RunAsync(look)).Stdout);
        var result = await RunAsync(look with { Devices = [node] });
        Assert.Equal("seen\n", result.Stdout);
        Assert.DoesNotContain("Permission denied", result.Stderr);   // what a mount without devices answers; the driver may refuse in other words
    }

    private protected async Task ThrowingListenerAsync()
    {
        var marker = Guid.NewGuid().ToString("N");
        var spec = Some.Shell("while echo up; do :; done >&3") with
        {
            VerdictChannel = true,
            Environment = new Dictionary<string, string> { [Some.Marker] = marker },
        };

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => RunAsync(spec, _ => throw new InvalidTimeZoneException()));

        Assert.Empty(ProcessTree.WithEnvironment(marker));
    }
}
