namespace Agon.Evaluation.Sandbox;

/// <summary>One program to run: what it may see and how much it may use.</summary>
public sealed record SandboxSpec
{
    /// <summary>Program (absolute path) and arguments. Others on the host may see them: no secrets.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment, but PATH, HOME and, with a verdict channel, POPCORN_FD. No line feeds in values; never shown on the host.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>File name to text: read-only files in the working folder. Names are plain, without folders.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>File name to bytes: read-only files in the working folder that may be executed. No name stands in <see cref="Files"/> as well.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Binaries { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>Host folders bound read-only at their own path, such as an interpreter's prefix outside /usr.</summary>
    public IReadOnlyList<string> ReadOnlyFolders { get; init; } = [];

    /// <summary>Device nodes of the host that the program may use, each at its own path under /dev, such as those of a GPU's driver.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Host folders bound read-only at a path of the program's world.</summary>
    public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];

    /// <summary>A writable folder whose files leave the sandbox; null for none. Not together with a verdict channel.</summary>
    public SandboxOutput? Output { get; init; }

    /// <summary>
    /// Whether the program gets a pipe to write its verdict to, its number in POPCORN_FD. It is also the one way in which
    /// a file leaves a sandbox: as bytes that the program itself writes, so that no link of its making is followed here.
    /// </summary>
    public bool VerdictChannel { get; init; }

    public SandboxLimits Limits { get; init; } = new();

    /// <summary>Processor numbers to run on; empty leaves it to the kernel.</summary>
    public IReadOnlyList<int> Cores { get; init; } = [];
}

/// <summary>A host folder, seen at <paramref name="Target"/>; absolute paths.</summary>
public sealed record SandboxMount(string Source, string Target);

/// <summary>
/// A folder in memory, empty at the start. When the program has ended by itself with code 0, and nobody of its processes
/// lives, the folder is written as one tar archive. No host folder is ever writable inside, so no link of the program's
/// making is followed here; what is in the archive is the program's claim and read under archive rules.
/// </summary>
/// <param name="Folder">Its path inside.</param>
/// <param name="Bytes">Its size; it counts as memory.</param>
/// <param name="Archive">Where the archive goes, from the stream's position on; of no meaning unless the result says <see cref="OutputEnd.Complete"/>.</param>
public sealed record SandboxOutput(string Folder, long Bytes, Stream Archive);

/// <summary>Where a program is stopped.</summary>
public sealed record SandboxLimits
{
    public TimeSpan WallTime { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>All processes together where the kernel can count that, else for each.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;
    public int Processes { get; init; } = 256;

    /// <summary>Size of the throw-away working folder, and of /tmp.</summary>
    public long ScratchBytes { get; init; } = 1L << 30;

    /// <summary>Bytes kept of each of stdout and stderr; what is beyond is read and dropped.</summary>
    public int OutputBytes { get; init; } = 1 << 20;

    /// <summary>Whether the last bytes of stdout are kept rather than the first: of a log, the end tells why.</summary>
    public bool KeepEndOfStdout { get; init; }

    /// <summary>Bytes that the verdict channel takes; a program that writes more is ended.</summary>
    public int VerdictBytes { get; init; } = 4 << 20;
}
