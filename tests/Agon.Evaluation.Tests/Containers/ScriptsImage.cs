using Agon.Evaluation.Containers;

namespace Agon.Evaluation.Tests.Containers;

/// <summary>One image with a script for each test, built as a participant's is; NETWORK says which one runs.</summary>
public sealed class ScriptsImage : IAsyncLifetime
{
    private readonly List<(string Name, string Text)> scripts =
    [
        ("honest", "echo \"$(wc -l <$INPUT_PATH/transfers.csv) $WINDOW_DAYS $PROCESSING_DATE\" >$OUTPUT_PATH/patterns.jsonl; echo done; echo trouble >&2"),
        ("exit", "echo half >$OUTPUT_PATH/patterns.jsonl; exit 7"),
        ("sleep", "trap '' TERM INT; (setsid sleep 1000 &); sleep 1000"),
        ("memory", "exec python3 -c 'a = bytearray(400 << 20)'"),
        ("crash", "kill -SEGV $$"),
        ("calls", Calls),
        ("use", "python3 -c 'a = bytearray(150 << 20)'"),
        ("term", "kill -TERM $$"),
        ("wait", "trap 'exit 143' TERM; echo ready; sleep 1000 & wait"),
        ("interrupted", "trap 'exit 130' INT; echo ready; sleep 1000 & wait"),
        ("goodbye", "trap 'exit 0' INT; echo ready; sleep 1000 & wait"),
        ("processes", "( for i in $(seq 400); do sleep 100 & done ) 2>/dev/null && { echo HOLE; exit; }; echo held"),
    ];

    /// <summary>What the engine's own profile of Engine 20.10 lets through, and ours does not.</summary>
    private const string Calls = """
        exec python3 - <<'EOF'
        import ctypes, errno, socket, subprocess, threading
        libc = ctypes.CDLL(None, use_errno=True)
        def refused(what, number, error, *rest):
            ctypes.set_errno(0)
            if libc.syscall(number, *rest) != -1 or ctypes.get_errno() != error: print("HOLE", what, ctypes.get_errno())
        refused("io_uring_setup", 425, errno.EPERM, 8, 0)
        refused("ptrace", 101, errno.EPERM, 0, 0, 0, 0)
        refused("unshare", 272, errno.EPERM, 0x10000000)
        refused("clone3", 435, errno.ENOSYS, 0, 0)
        refused("clone", 56, errno.EPERM, 0x10000000 | 17, 0, 0, 0, 0)
        refused("bpf", 321, errno.EPERM, 0, 0, 0)
        for family in (16, 17, 38, 40):
            try:
                socket.socket(family, socket.SOCK_RAW if family < 38 else socket.SOCK_STREAM)
                print("HOLE", family)
            except OSError as refusal:
                if refusal.errno != errno.EAFNOSUPPORT: print("HOLE", family, refusal)
        thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
        socket.socketpair()
        print(subprocess.run(["echo", "held"], capture_output=True, text=True).stdout, end="")
        EOF
        """;

    internal string Id { get; private set; } = "";

    /// <summary>By number: names of attacks are sentences.</summary>
    internal string ScriptOf(string title) => scripts.FindIndex(script => script.Name == title).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async Task InitializeAsync()
    {
        if (Docker.WhyNot is not null) return;
        scripts.AddRange(ParticipantAttacks.Scripts.Select(attack => (attack.Key, attack.Value)));
        scripts.AddRange(ParticipantAttacks.Outputs.Select(output => (output.Key, output.Value.Script)));
        using var repository = new LocalRepository();
        foreach (var (n, script) in scripts.Index()) RunFolders.Put(repository.Folder, $"scripts/{n}", script.Text + "\n");
        repository.Commit("ops/Dockerfile", $"FROM {Docker.BaseImage}\nCOPY scripts /app\nCMD [\"/bin/sh\", \"-c\", \"exec /bin/sh /app/$NETWORK\"]\n");
        var sources = new ParticipantSources(new SourceSettings { DataFolder = repository.Data, AllowLocalRepositories = true }, new EngineFinder());
        var pinned = await sources.PinAsync(repository.Folder, null, null, null, CancellationToken.None);
        Id = ((ParticipantProgram.Image)await sources.PrepareAsync(pinned, CancellationToken.None)).ImageId;
    }

    public async Task DisposeAsync()
    {
        if (Id.Length > 0) await Docker.Engine.RunAsync(["image", "rm", "--force", "--", Id], CancellationToken.None);
    }
}
