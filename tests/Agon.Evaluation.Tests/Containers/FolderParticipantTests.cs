using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Processes;
using Agon.Evaluation.Tests.Sandbox;

namespace Agon.Evaluation.Tests.Containers;

public sealed class FolderBehindBubblewrap() : FolderParticipant(Walls.Bubblewrap)
{
    [WallsFact(Walls.Bubblewrap)]
    public Task Reads_its_input_and_leaves_its_output() => HonestAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task An_exit_code_is_a_failure_without_output() => ExitCodeAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task The_time_limit_ends_the_whole_tree() => TimeLimitAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task Too_much_memory_is_told_from_a_crash() => MemoryAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task The_memory_of_a_program_that_takes_100_MiB_is_told() => PeakAsync();

    [WallsFact(Walls.Bubblewrap)]
    public Task Only_the_end_of_a_long_log_is_kept() => LogAsync();

    [WallsTheory(Walls.Bubblewrap), MemberData(nameof(Attacks))]
    public Task Attack_fails(string attack) => AttackAsync(attack);

    [WallsTheory(Walls.Bubblewrap), MemberData(nameof(HostileOutputs))]
    public Task Hostile_output_is_the_participants_failure(string output) => HostileOutputAsync(output);
}

public sealed class FolderBehindUnshare() : FolderParticipant(Walls.Unshare)
{
    [WallsFact(Walls.Unshare)]
    public Task Reads_its_input_and_leaves_its_output() => HonestAsync();

    [WallsFact(Walls.Unshare)]
    public Task The_memory_of_a_program_that_takes_100_MiB_is_told() => PeakAsync();

    [WallsFact(Walls.Unshare)]
    public Task The_time_limit_ends_the_whole_tree() => TimeLimitAsync();

    [WallsTheory(Walls.Unshare), MemberData(nameof(Attacks))]
    public Task Attack_fails(string attack) => AttackAsync(attack);

    [WallsTheory(Walls.Unshare), MemberData(nameof(HostileOutputs))]
    public Task Hostile_output_is_the_participants_failure(string output) => HostileOutputAsync(output);
}

/// <summary>A folder participant, whatever its sandbox is made of.</summary>
public abstract class FolderParticipant(string walls)
{
    public static TheoryData<string> Attacks => [.. ParticipantAttacks.Scripts.Keys];

    public static TheoryData<string> HostileOutputs => [.. ParticipantAttacks.Outputs.Keys];

    private async Task<ParticipantOutcome> RunAsync(ParticipantRunSpec spec) =>
        await new ParticipantRunner(await Walls.HostAsync(walls), new EngineFinder()).RunAsync(spec, CancellationToken.None);

    private protected async Task HonestAsync()
    {
        using var folders = new RunFolders();
        RunFolders.Put(folders.Program, "lib/words.sh", "word=counted");
        var outcome = await RunAsync(folders.Script("""
            . lib/words.sh
            echo "$word $(wc -l <$INPUT_PATH/transfers.csv) $NETWORK $WINDOW_DAYS $PROCESSING_DATE" >$OUTPUT_PATH/patterns.jsonl
            mkdir $OUTPUT_PATH/more; echo x >$OUTPUT_PATH/more/features.csv
            (sleep 1000 >/dev/null 2>&1 &)
            echo done; echo trouble >&2
            """));

        Assert.Equal((RunStatus.Completed, 0, null, "done\ntrouble\n"), (outcome.Status, outcome.ExitCode, outcome.Error, outcome.LogTail));
        Assert.InRange(outcome.ExecutionTimeSeconds, 0.001, 30);
        Assert.Equal("counted 2 torus 30 2026-03-01\n", folders.OutputText("patterns.jsonl"));
        Assert.Equal("x\n", folders.OutputText("more/features.csv"));
    }

    private protected async Task ExitCodeAsync()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(folders.Script("echo half >$OUTPUT_PATH/patterns.jsonl; exit 7"));

        Assert.Equal((RunStatus.Failed, 7, "exit code 7"), (outcome.Status, outcome.ExitCode, outcome.Error));
        Assert.Empty(folders.OutputNames);
    }

    private protected async Task TimeLimitAsync()
    {
        using var folders = new RunFolders();
        var marker = Guid.NewGuid().ToString("N");
        var outcome = await RunAsync(folders.Script($"""
            export {Some.Marker}={marker}
            echo early >$OUTPUT_PATH/patterns.jsonl
            trap '' TERM INT HUP; (setsid sleep 1000 &); sleep 1000
            """) with { TimeLimit = TimeSpan.FromSeconds(1) });

        Assert.Equal((RunStatus.Timeout, null, "stopped at the limit of 1 s"), (outcome.Status, outcome.ExitCode, outcome.Error));
        Assert.InRange(outcome.ExecutionTimeSeconds, 1, 30);
        Assert.Empty(folders.OutputNames);
        Assert.Empty(ProcessTree.WithEnvironment(marker));
    }

    private protected async Task MemoryAsync()
    {
        if (Walls.GroupsFor(walls) is null) return;   // then memory is limited for each process, and running out is a crash
        using var folders = new RunFolders();
        var spec = folders.Script("exec python3 -c 'a = bytearray(400 << 20)'");
        var outcome = await RunAsync(spec with { Limits = spec.Limits with { MemoryBytes = 100 << 20, OutputBytes = 10 << 20, ScratchBytes = 10 << 20 } });

        Assert.Equal(RunStatus.Failed, outcome.Status);
        Assert.StartsWith("out of memory: more than 100 MiB", outcome.Error, StringComparison.Ordinal);
    }

    private protected async Task PeakAsync()
    {
        using var folders = new RunFolders();
        var outcome = await RunAsync(folders.Script("python3 -c 'a = bytearray(100 << 20)'; touch $OUTPUT_PATH/patterns.jsonl"));

        Assert.Equal(RunStatus.Completed, outcome.Status);
        if (Walls.GroupsFor(walls) is null) Assert.Null(outcome.PeakMemoryBytes);
        else Assert.InRange(outcome.PeakMemoryBytes!.Value, 100 << 20, 130 << 20);
    }

    private protected async Task LogAsync()
    {
        using var folders = new RunFolders();
        var spec = folders.Script("i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i + 1)); done");
        var outcome = await RunAsync(spec with { Limits = spec.Limits with { LogBytes = 100 } });

        Assert.Equal(100, outcome.LogTail.Length);
        Assert.EndsWith("line 1998\nline 1999\n", outcome.LogTail, StringComparison.Ordinal);
    }

    private protected async Task AttackAsync(string attack)
    {
        using var folders = new RunFolders();
        RunFolders.Put(folders.Program, "secret.txt", "mine");
        var spec = folders.Script(ParticipantAttacks.Scripts[attack]);
        var outcome = await RunAsync(spec with { Limits = ParticipantAttacks.Limits });

        Assert.Equal((RunStatus.Completed, "held\n"), (outcome.Status, outcome.LogTail));
        Assert.Equal("tx_id\n1\n", await File.ReadAllTextAsync(Path.Combine(folders.Input, "transfers.csv")));
    }

    private protected async Task HostileOutputAsync(string output)
    {
        var (script, error) = ParticipantAttacks.Outputs[output];
        using var folders = new RunFolders();
        var spec = folders.Script(script);
        var outcome = await RunAsync(spec with { Limits = ParticipantAttacks.Limits });

        Assert.Equal((RunStatus.Failed, 0), (outcome.Status, outcome.ExitCode));
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(folders.OutputNames);
    }
}
