using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Tests.Processes;

public class ChildProcessTests
{
    [Fact]
    public async Task A_child_starts_with_every_signal_at_its_default()
    {
        // .NET ignores SIGPIPE; a shell whose reader has gone must die of it all the same.
        var ignored = await CommandOutput.ReadAsync("/bin/sh", "-c", "while read -r key value; do [ $key = SigIgn: ] && echo $value; done </proc/self/status");

        const ulong ownOfGlibc = 1UL << 31 | 1UL << 32;   // 32 and 33 are its own, and spawn leaves them ignored
        Assert.Equal(0UL, Convert.ToUInt64(ignored, 16) & ~ownOfGlibc);
    }

    [Fact]
    public async Task A_child_has_only_the_descriptors_it_was_given()
    {
        using var leaky = File.OpenRead("/proc/self/status");

        Assert.Equal("0 1 2 3", await CommandOutput.ReadAsync("/bin/sh", "-c", "echo $(ls /proc/self/fd)"));
    }

    [Fact]
    public async Task A_child_leads_a_session_of_its_own() =>
        Assert.Equal("yes", await CommandOutput.ReadAsync("/bin/sh", "-c", "set -- $(cat /proc/$$/stat); [ $6 = $$ ] && echo yes"));

    [NextNumberFact]
    public async Task The_children_of_whoever_has_the_number_of_a_reaped_child_are_not_killed() => Assert.True(await DedicatedThread.RunAsync("test", () =>
    {
        var (reaped, other) = TwoWithOneNumber();
        using (reaped)
        using (other)
        {
            using var childsEnd = Descriptors.EndOf(WaitForChild(other.Id));

            reaped.KillChildren();

            var lives = !new DescriptorWatch().Step(TimeSpan.FromMilliseconds(200), childsEnd)[0];
            other.KillGroup();
            return lives;
        }
    }));

    /// <summary>A child that was reaped, then one that got its number. Other processes may be quicker: then both are made anew.</summary>
    private static (ChildProcess Reaped, ChildProcess Other) TwoWithOneNumber()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var reaped = Spawn("exit");
            reaped.Reap();
            File.WriteAllText(NextNumberFactAttribute.LastNumber, $"{reaped.Id - 1}");
            var other = Spawn("sleep 60; exit");
            if (other.Id == reaped.Id) return (reaped, other);
            other.KillGroup();
            other.Dispose();
            reaped.Dispose();
        }

        throw new InvalidOperationException("no number could be used twice");
    }

    private static ChildProcess Spawn(string script)
    {
        using var nothing = Descriptors.MemoryFile("");
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" };
        return ChildProcess.Spawn(new ChildCommand(["/bin/sh", "-c", script], environment, [nothing, nothing, nothing]));
    }

    private static int WaitForChild(int pid)
    {
        var watch = new DescriptorWatch();
        for (var round = 0; round < 10_000; round++)
        {
            if (ProcessTree.ChildrenOf(pid) is [var child, ..]) return child;
            watch.Step(TimeSpan.FromMilliseconds(1));
        }

        throw new InvalidOperationException($"process {pid} has no child");
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_an_exception() =>
        await Assert.ThrowsAsync<System.ComponentModel.Win32Exception>(() => CommandOutput.ReadAsync("/usr/bin/no-such-program"));
}

/// <summary>Needs to choose the number that the kernel gives to the next process.</summary>
internal sealed class NextNumberFactAttribute : FactAttribute
{
    internal const string LastNumber = "/proc/sys/kernel/ns_last_pid";

    public NextNumberFactAttribute() => Skip = WhyNot();

    private static string? WhyNot()
    {
        try
        {
            File.WriteAllText(LastNumber, File.ReadAllText(LastNumber));
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"{LastNumber} cannot be written, so no process can be given a number that was in use before";
        }
    }
}
