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

    [Fact]
    public async Task A_program_that_cannot_be_started_is_an_exception() =>
        await Assert.ThrowsAsync<System.ComponentModel.Win32Exception>(() => CommandOutput.ReadAsync("/usr/bin/no-such-program"));
}
