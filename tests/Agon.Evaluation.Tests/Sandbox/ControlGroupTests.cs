using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public sealed class ControlGroupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-group-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_unified_group_is_limited_and_read_by_the_files_of_version_2()
    {
        foreach (var file in (string[])["memory.swap.max", "memory.oom.group"]) File.WriteAllText(Path.Combine(folder, file), "");
        File.WriteAllText(Path.Combine(folder, "cpu.stat"), "usage_usec 1500000\nuser_usec 1\n");
        File.WriteAllText(Path.Combine(folder, "memory.peak"), "4096\n");
        File.WriteAllText(Path.Combine(folder, "memory.events"), "low 0\noom 3\noom_kill 2\n");
        var group = new UnifiedGroup(folder);

        group.Limit(new SandboxLimits { MemoryBytes = 1000 }, 7);

        Assert.Equal("1000", File.ReadAllText(Path.Combine(folder, "memory.max")));
        Assert.Equal("0", File.ReadAllText(Path.Combine(folder, "memory.swap.max")));
        Assert.Equal("7", File.ReadAllText(Path.Combine(folder, "pids.max")));
        Assert.Equal(TimeSpan.FromSeconds(1.5), group.CpuTime);
        Assert.Equal(4096, group.PeakMemoryBytes);
        Assert.True(group.KilledForMemory);
    }

    [Fact]
    public void What_an_older_kernel_does_not_count_is_unknown()
    {
        var group = new UnifiedGroup(folder);

        Assert.Null(group.CpuTime);
        Assert.Null(group.PeakMemoryBytes);
        Assert.False(group.KilledForMemory);
    }

    [Fact]
    public void A_group_that_an_earlier_runner_of_our_process_number_left_is_not_used_again()
    {
        File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), "memory pids\n");
        var leftovers = Enumerable.Range(1, 1000).Select(n => Directory.CreateDirectory(Path.Combine(folder, $"agon-{Environment.ProcessId}-{n}")).FullName).ToList();
        var place = ControlGroupPlace.Unified(new ControlGroupMounts([$"36 25 0:31 / {folder} rw - cgroup2 cgroup2 rw"], ["0::/"]));

        using var group = place!.Create(new SandboxLimits());

        Assert.DoesNotContain(Path.GetDirectoryName(group.EntryFiles.Single()), leftovers);
        Assert.All(leftovers, leftover => Assert.Empty(Directory.EnumerateFileSystemEntries(leftover)));
    }

    [Fact]
    public void Groups_of_a_runner_that_is_gone_are_swept()
    {
        File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), "memory pids\n");
        const int nobody = int.MaxValue;   // beyond any number that a kernel gives
        var left = Directory.CreateDirectory(Path.Combine(folder, $"agon-{nobody}-{Guid.NewGuid():N}")).FullName;

        ControlGroupPlace.Unified(new ControlGroupMounts([$"36 25 0:31 / {folder} rw - cgroup2 cgroup2 rw"], ["0::/"]));

        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void Our_own_group_is_found_below_the_mount_of_its_controller()
    {
        Directory.CreateDirectory(Path.Combine(folder, "service"));
        var mounts = new ControlGroupMounts(
            [$"36 25 0:31 / {folder} rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct", $"37 25 0:32 / {folder} rw - cgroup2 cgroup2 rw"],
            ["4:cpu,cpuacct:/service", "0::/not/visible"]);

        Assert.Equal(Path.Combine(folder, "service"), mounts.Split("cpuacct"));
        Assert.Null(mounts.Split("memory"));
        Assert.Equal([folder], mounts.Unified);
    }

    [Fact]
    public void A_groups_name_tells_its_owner_and_never_comes_again()
    {
        var name = ControlGroupPlace.NewName();

        Assert.Matches($"^agon-{Environment.ProcessId}-[0-9a-f]{{32}}$", name);
        Assert.NotEqual(name, ControlGroupPlace.NewName());
    }

    [Fact]
    public void A_group_that_is_mounted_as_the_top_is_its_own_folder()
    {
        var mounts = new ControlGroupMounts([$"36 25 0:31 /docker/1234 {folder} rw - cgroup cgroup rw,memory"], ["4:memory:/docker/1234"]);

        Assert.Equal(folder, mounts.Split("memory"));
    }

    [Theory]
    [InlineData("1 - cgroup2 cgroup2 rw", "")]
    [InlineData("1 2 3 / - cgroup cgroup rw,memory", "no colon")]
    public void A_line_that_has_too_few_parts_names_no_group(string mount, string group)
    {
        var mounts = new ControlGroupMounts([mount, "36 25 0:31 /a /nowhere rw - cgroup cgroup rw,memory"], [group, "4:memory:/a"]);
        Assert.Empty(mounts.Unified);
        Assert.Equal("/nowhere", mounts.Split("memory"));
    }
}
