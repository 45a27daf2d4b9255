using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Tests.Sandbox;

namespace Agon.Evaluation.Tests.Containers;

public sealed class ImageParticipantTests(ScriptsImage image) : IClassFixture<ScriptsImage>
{
    public static TheoryData<string> Attacks => [.. ParticipantAttacks.Scripts.Keys];

    public static TheoryData<string> HostileOutputs => [.. ParticipantAttacks.Outputs.Keys];

    private static async Task<ParticipantOutcome> RunAsync(ParticipantRunSpec spec, CancellationToken cancellationToken = default) =>
        await new ParticipantRunner(await Walls.HostAsync(Walls.Nothing), new EngineFinder()).RunAsync(spec, cancellationToken);

    private ParticipantRunSpec Spec(RunFolders folders, string script) =>
        folders.Run(new ParticipantProgram.Image(image.Id)) with { Network = image.ScriptOf(script) };

    [DockerFact]
    public async Task Docker_run_reads_its_input_and_leaves_its_output()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, "honest"));

        Assert.Equal((RunStatus.Completed, 0, null), (outcome.Status, outcome.ExitCode, outcome.Error));
        Assert.Equal(["done", "trouble"], outcome.LogTail.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        Assert.InRange(outcome.ExecutionTimeSeconds, 0.001, 30);
        Assert.Equal("2 30 2026-03-01\n", folders.OutputText("patterns.jsonl"));
    }

    [DockerFact]
    public async Task Docker_run_with_an_exit_code_is_a_failure_without_output()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, "exit"));

        Assert.Equal((RunStatus.Failed, 7, "exit code 7"), (outcome.Status, outcome.ExitCode, outcome.Error));
        Assert.Empty(folders.OutputNames);
    }

    [DockerFact]
    public async Task Docker_run_beyond_its_time_is_killed_with_all_its_processes()
    {
        using var folders = new RunFolders();
        var spec = Spec(folders, "sleep") with { TimeLimit = TimeSpan.FromSeconds(1) };
        var outcome = await RunAsync(spec);

        Assert.Equal((RunStatus.Timeout, null, "stopped at the limit of 1 s"), (outcome.Status, outcome.ExitCode, outcome.Error));
        Assert.InRange(outcome.ExecutionTimeSeconds, 1, 30);
        Assert.Empty(await ContainersOfAsync(spec));
    }

    [DockerFact]
    public async Task Docker_run_out_of_memory_is_told_from_a_crash()
    {
        using var folders = new RunFolders();
        var spec = Spec(folders, "memory");
        var outOfMemory = await RunAsync(spec with { Limits = spec.Limits with { MemoryBytes = 100 << 20 } });
        var crash = await RunAsync(Spec(folders, "crash"));

        Assert.Equal(RunStatus.Failed, outOfMemory.Status);
        Assert.StartsWith("out of memory: more than 100 MiB", outOfMemory.Error, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Failed, 139, "ended by signal 11"), (crash.Status, crash.ExitCode, crash.Error));
    }

    [DockerFact]
    public async Task Docker_run_tells_its_peak_of_memory()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, "use"));

        if (Docker.Engine.OwnsGroups) Assert.InRange(outcome.PeakMemoryBytes!.Value, 150_000_000, 250_000_000);
        Assert.True(await Eventually.HoldsAsync(() => !OwnGroupsLeft().Any()), "a control group was left behind");
    }

    [DockerFact]
    public async Task Docker_profile_refuses_what_has_no_use_in_a_contest()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, "calls"));

        Assert.True(outcome is { Status: RunStatus.Completed, LogTail: "held\n" }, outcome.LogTail);
    }

    [DockerFact]
    public async Task Docker_run_that_is_cancelled_leaves_nothing()
    {
        using var folders = new RunFolders();
        using var cancellation = new CancellationTokenSource();
        var spec = Spec(folders, "sleep");
        var run = RunAsync(spec, cancellation.Token);
        while ((await ContainersOfAsync(spec)).Length == 0) Assert.False(run.IsCompleted, "the run ended before it was seen");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.Empty(await ContainersOfAsync(spec));
        Assert.DoesNotContain("agon-run-" + OwnTraces.Owner, await File.ReadAllTextAsync("/proc/self/mounts"), StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Docker_image_that_is_gone_is_our_fault()
    {
        using var folders = new RunFolders();
        await Assert.ThrowsAsync<PlatformFaultException>(() => RunAsync(folders.Run(new ParticipantProgram.Image("sha256:" + new string('0', 64)))));
        await Assert.ThrowsAsync<PlatformFaultException>(() => RunAsync(folders.Run(new ParticipantProgram.Image(Docker.BaseImage))));
    }

    [DockerTheory]
    [InlineData("wait", "TERM")]
    [InlineData("interrupted", "INT")]
    [InlineData("goodbye", "INT")]
    public async Task Docker_container_that_is_stopped_from_outside_is_our_fault_whatever_it_ends_with(string script, string signal)
    {
        using var folders = new RunFolders();
        var spec = Spec(folders, script);
        var run = RunAsync(spec);
        string container;
        while ((container = await ContainersOfAsync(spec)).Length == 0 || (await Docker.Engine.AskAsync(["logs", "--", container], CancellationToken.None)).Length == 0)
            Assert.False(run.IsCompleted, "the run ended before it was seen");
        // As an engine does when it is stopped, by the signal that the image names.
        await Docker.Engine.AskAsync(["kill", "--signal", signal, "--", container], CancellationToken.None);

        var fault = await Assert.ThrowsAsync<PlatformFaultException>(() => run);

        Assert.Contains("from outside", fault.Message, StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Docker_container_that_ends_itself_as_if_it_was_stopped_is_its_makers_doing()
    {
        using var folders = new RunFolders();
        var own = await RunAsync(Spec(folders, "term"));

        Assert.Equal((RunStatus.Failed, 143, "ended by signal 15"), (own.Status, own.ExitCode, own.Error));
    }

    [DockerFact]
    public async Task Docker_run_has_no_more_processes_than_it_may()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, "processes"));

        Assert.Equal((RunStatus.Completed, "held\n"), (outcome.Status, outcome.LogTail));
    }

    [DockerFact]
    public async Task Docker_sweep_removes_what_nobody_waits_for_and_nothing_else()
    {
        var owner = OwnTraces.Owner.Split('-');
        var (past, future) = ("1", "99999999999");
        var (kept, forgotten) = (OwnTraces.NewName(), OwnTraces.NewName());
        OwnTraces.Release(forgotten);
        string[] gone =
        [
            await SleeperAsync("a", $"{owner[0]}-999999-1", future), await SleeperAsync("b", "1-1-1", past), await SleeperAsync(forgotten, OwnTraces.Owner, future),
        ];
        // Another container of ours on this engine counts its processes by itself: only time tells that it is gone.
        string[] used = [await SleeperAsync(kept, OwnTraces.Owner, future), await SleeperAsync("c", "1-1-1", future)];
        try
        {
            await ContainerSweep.RunAsync(Docker.Engine, CancellationToken.None);

            var left = (await Docker.Engine.AskAsync(["ps", "--all", "--quiet", "--no-trunc"], CancellationToken.None)).Split('\n');
            Assert.Empty(gone.Intersect(left));
            Assert.Equal(used, used.Intersect(left));
        }
        finally
        {
            OwnTraces.Release(kept);
            await Docker.Engine.AskAsync(["rm", "--force", "--", .. used], CancellationToken.None);
        }
    }

    [DockerTheory, MemberData(nameof(Attacks))]
    public async Task Docker_attack_fails(string attack)
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, attack) with { Limits = ParticipantAttacks.Limits });

        Assert.True(outcome is { Status: RunStatus.Completed, LogTail: "held\n" }, outcome.LogTail);
        Assert.Equal("tx_id\n1\n", await File.ReadAllTextAsync(Path.Combine(folders.Input, "transfers.csv")));
    }

    [DockerTheory, MemberData(nameof(HostileOutputs))]
    public async Task Docker_run_with_hostile_output_is_the_participants_failure(string output)
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(Spec(folders, output) with { Limits = ParticipantAttacks.Limits });

        Assert.Equal((RunStatus.Failed, 0), (outcome.Status, outcome.ExitCode));
        Assert.Contains(ParticipantAttacks.Outputs[output].Error, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(folders.OutputNames);
    }

    private static Task<string> SleeperAsync(string name, string owner, string until) => Docker.Engine.AskAsync(
        [
            "run", "--detach", "--network", "none", "--name", name.Length > 1 ? name : $"agon-test-{name}-{Guid.NewGuid():N}", "--label", $"{OwnTraces.Label}=test", "--label", $"{OwnTraces.OwnerLabel}={owner}", "--label", $"{OwnTraces.UntilLabel}={until}",
            "--", Docker.BaseImage, "sleep", "1000",
        ], CancellationToken.None);

    // Version 2 has its groups here, version 1 in a folder of each kind.
    private const string Groups = "/sys/fs/cgroup";

    /// <summary>Without those that another test of this process still uses. A group that goes at this very moment may be among them.</summary>
    private static IEnumerable<string> OwnGroupsLeft() => Directory.EnumerateDirectories(Groups).Prepend(Groups)
        .SelectMany(hierarchy => Directory.EnumerateDirectories(hierarchy, $"agon-run-{OwnTraces.Owner}-*"))
        .Where(folder => OwnTraces.IsLeftBehind(Path.GetFileName(folder)));

    private static async Task<string> ContainersOfAsync(ParticipantRunSpec spec) =>
        await Docker.Engine.AskAsync(["ps", "--all", "--quiet", "--filter", $"label={OwnTraces.Label}={spec.RunId}"], CancellationToken.None);
}
