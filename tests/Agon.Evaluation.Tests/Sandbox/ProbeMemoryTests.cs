using System.Runtime.Versioning;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

[SupportedOSPlatform("linux")]
public sealed class ProbeMemoryTests : IDisposable
{
    private const string Machine = "this machine";

    private static readonly Isolation Found = new(
        IsolationLevel.Standard, "bubblewrap 0.8.0", [new MissingDefence("memory limit", "run as root"), new MissingDefence("uid", "two\nlines")]);

    private readonly string cache = Directory.CreateTempSubdirectory("agon-memory-").FullName;
    private readonly DayClock clock = new();

    private ProbeMemory Memory => new(cache, clock);
    private string Folder => Path.Combine(cache, "agon");
    private string Kept => Path.Combine(Folder, "isolation");

    public void Dispose() => Directory.Delete(cache, recursive: true);

    [Fact]
    public void What_was_found_is_remembered_with_what_is_missing_in_a_file_for_this_user_alone()
    {
        Memory.Keep(Machine, Found);

        var recalled = Memory.Recall(Machine);
        Assert.NotNull(recalled);
        Assert.Equal((Found.Level, Found.Mechanism), (recalled.Level, recalled.Mechanism));
        Assert.Equal([new MissingDefence("memory limit", "run as root"), new MissingDefence("uid", "two lines")], recalled.Missing);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
        Assert.Equal(["isolation"], Directory.GetFiles(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Of_another_machine_or_after_a_day_or_from_the_future_nothing_is_remembered()
    {
        Memory.Keep(Machine, Found);

        Assert.Null(Memory.Recall("another machine"));
        clock.Ahead = TimeSpan.FromHours(23);
        Assert.NotNull(Memory.Recall(Machine));
        clock.Ahead = TimeSpan.FromHours(25);
        Assert.Null(Memory.Recall(Machine));
        clock.Ahead = TimeSpan.FromHours(-1);
        Assert.Null(Memory.Recall(Machine));
    }

    [Fact]
    public void That_there_is_no_isolation_is_found_anew_each_time()
    {
        Memory.Keep(Machine, new Isolation(IsolationLevel.None, "none", []));

        Assert.Null(Memory.Recall(Machine));
    }

    [Theory]
    [InlineData("")]
    [InlineData("this machine\nStrong\nbubblewrap 0.8.0\n")]
    [InlineData("this machine\nStrong\nbubblewrap 0.8.0\nname\nend")]
    [InlineData("this machine\nNone\nnone\nend")]
    [InlineData("this machine\n7\nbubblewrap 0.8.0\nend")]
    [InlineData("this machine\nStrong\nend")]
    public void A_file_that_says_something_else_is_not_believed(string text)
    {
        Memory.Keep(Machine, Found);
        File.WriteAllText(Kept, text);

        Assert.Null(Memory.Recall(Machine));
    }

    [Fact]
    public void A_file_or_a_folder_that_others_can_write_to_is_neither_believed_nor_written()
    {
        Memory.Keep(Machine, Found);
        File.SetUnixFileMode(Kept, File.GetUnixFileMode(Kept) | UnixFileMode.OtherWrite);
        Assert.Null(Memory.Recall(Machine));

        Memory.Keep(Machine, Found);
        Assert.NotNull(Memory.Recall(Machine));
        File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.GroupWrite);
        Assert.Null(Memory.Recall(Machine));
        Memory.Forget();
        Memory.Keep(Machine, Found);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_link_in_place_of_the_folder_is_not_followed()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(cache, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Folder, elsewhere);

        Memory.Keep(Machine, Found);

        Assert.Empty(Directory.GetFiles(elsewhere));
        Assert.Null(Memory.Recall(Machine));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_or_is_not_named_remembers_nothing()
    {
        File.WriteAllText(Folder, "in the way");
        foreach (var memory in new[] { Memory, new ProbeMemory(null, clock), new ProbeMemory("/proc/none", clock) })
        {
            memory.Keep(Machine, Found);
            Assert.Null(memory.Recall(Machine));
            memory.Forget();
        }
    }

    [WallsFact(Walls.Bubblewrap)]
    public async Task A_recalled_host_builds_its_sandboxes_as_the_one_that_probed_did()
    {
        var probed = await SandboxHost.RecallAsync(Memory, CancellationToken.None);
        var kept = File.ReadAllText(Kept);
        File.WriteAllText(Kept, kept.Replace("\nend", "\nfrom the file\nno cure\nend", StringComparison.Ordinal));
        var recalled = await SandboxHost.RecallAsync(Memory, CancellationToken.None);

        Assert.Equal((probed.Isolation.Level, probed.Isolation.Mechanism), (recalled.Isolation.Level, recalled.Isolation.Mechanism));
        Assert.Contains(recalled.Isolation.Missing, missing => missing.Name == "from the file");
        const string walls = "id -u; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; ls /; ls /proc/self/fd; cat /sys/class/net/*/address 2>/dev/null";
        var (first, second) = (await probed.RunAsync(Some.Shell(walls), null, CancellationToken.None), await recalled.RunAsync(Some.Shell(walls), null, CancellationToken.None));
        Assert.Contains("Seccomp:\t2", first.Stdout, StringComparison.Ordinal);
        Assert.Equal(first.Stdout, second.Stdout);
    }

    [Fact]
    public async Task Walls_that_are_remembered_and_cannot_be_built_are_a_fault_and_forgotten_and_nothing_runs()
    {
        Memory.Keep(Machine, Found);
        var ran = Path.Combine(cache, "ran");
        var host = new SandboxHost(new Bubblewrap("/bin/false", "0"), null, Found, Memory);

        await Assert.ThrowsAsync<SandboxFaultException>(() => host.RunAsync(Some.Shell($"echo yes >{ran}"), null, CancellationToken.None));

        Assert.False(File.Exists(ran));
        Assert.Null(Memory.Recall(Machine));
    }

    [Fact]
    public void The_fingerprint_stays_the_same_and_tells_whether_there_are_control_groups()
    {
        Assert.Equal(MachineFingerprint.Of(groups: true), MachineFingerprint.Of(groups: true));
        Assert.NotEqual(MachineFingerprint.Of(groups: true), MachineFingerprint.Of(groups: false));
    }

    /// <summary>The machine's clock, ahead of itself.</summary>
    private sealed class DayClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
