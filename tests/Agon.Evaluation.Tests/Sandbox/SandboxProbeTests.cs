using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public class SandboxProbeTests
{
    [WallsFact(Walls.Bubblewrap)]
    public async Task Bubblewrap_with_control_groups_and_spare_uids_is_strong_else_standard()
    {
        var isolation = await ProbeAsync(Walls.Bubblewrap);

        Assert.StartsWith("bubblewrap 0.", isolation.Mechanism, StringComparison.Ordinal);
        Assert.Equal(Walls.GroupsFor(Walls.Bubblewrap) is null ? IsolationLevel.Standard : IsolationLevel.Strong, isolation.Level);
        Assert.Equal(isolation.Level == IsolationLevel.Strong, isolation.Missing.Count == 0);
    }

    [WallsFact(Walls.BubblewrapWithoutGroups)]
    public async Task Without_control_groups_memory_is_only_limited_for_each_process_and_that_is_said()
    {
        var isolation = await ProbeAsync(Walls.BubblewrapWithoutGroups);

        Assert.Equal(IsolationLevel.Standard, isolation.Level);
        Assert.Contains(isolation.Missing, missing => missing.Name == "memory limit over all processes");
    }

    [WallsFact(Walls.Unshare)]
    public async Task Without_bubblewrap_there_is_no_filter_and_the_cure_is_a_command()
    {
        var isolation = await ProbeAsync(Walls.Unshare);

        Assert.Equal(IsolationLevel.Weak, isolation.Level);
        Assert.Equal("unshare", isolation.Mechanism);
        Assert.Contains(isolation.Missing, missing => missing.Cure.Contains("apt-get install bubblewrap", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Walls_that_cannot_be_built_leave_none_and_the_reason()
    {
        var host = await SandboxHost.ProbeAsync([new Bubblewrap("/bin/false", "0")], null, CancellationToken.None);

        Assert.Equal(IsolationLevel.None, host.Isolation.Level);
        Assert.Equal("none", host.Isolation.Mechanism);
        Assert.Contains(host.Isolation.Missing, missing => missing.Name == "bubblewrap 0");
        Assert.Equal("ran", (await host.RunAsync(Some.Shell("printf ran"), null, CancellationToken.None)).Stdout);
    }

    [Fact]
    public async Task Walls_that_vanish_after_the_probe_are_a_fault_and_nothing_runs()
    {
        var host = new SandboxHost(new Bubblewrap("/bin/false", "0"), null, new Isolation(IsolationLevel.Strong, "bubblewrap 0", []));

        await Assert.ThrowsAsync<SandboxFaultException>(() => host.RunAsync(Some.Shell("true"), null, CancellationToken.None));
    }

    private static async Task<Isolation> ProbeAsync(string walls) =>
        (await SandboxHost.ProbeAsync([(await Walls.BuilderAsync(walls))!], Walls.GroupsFor(walls), CancellationToken.None)).Isolation;
}
