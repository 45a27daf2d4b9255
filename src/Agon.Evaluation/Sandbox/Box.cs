using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Sandbox;

/// <summary>A way to build sandboxes.</summary>
internal interface IBoxBuilder
{
    /// <summary>As it is recorded with every run: <c>bubblewrap 0.8.0</c>.</summary>
    string Mechanism { get; }

    /// <summary>Prepares one sandbox; nothing runs yet.</summary>
    Box Build(SandboxSpec spec, BoxFolders folders);
}

/// <summary>One sandbox that is to be built.</summary>
internal sealed record Box : IDisposable
{
    /// <summary>Below are those of <see cref="SandboxChannels"/>.</summary>
    internal const int FirstDescriptor = 5;

    /// <summary>The command that builds it and becomes the rest of its arguments as first process inside.</summary>
    public required IReadOnlyList<string> Enclosure { get; init; }

    /// <summary>Takes the last rights away from the program, but not from the first process inside.</summary>
    public required IReadOnlyList<string> Disarm { get; init; }

    /// <summary>What <see cref="Enclosure"/> reads: the child's numbers from <see cref="FirstDescriptor"/> on.</summary>
    public IReadOnlyList<SafeFileHandle> Descriptors { get; init; } = [];

    /// <summary>The program's HOME.</summary>
    public string Home { get; init; } = "/tmp";

    /// <summary>A folder on the host that goes with the sandbox; null for none.</summary>
    public string? HostFolder { get; init; }

    /// <summary>Whether the end of the first process ends all others: it is the first of a process namespace.</summary>
    public bool OwnsProcesses { get; init; } = true;

    /// <summary>Whether <see cref="Enclosure"/> itself asks the kernel to be ended with our thread, at the moment that suits it.</summary>
    public bool EndsWithUs { get; init; }

    public void Dispose()
    {
        foreach (var descriptor in Descriptors) descriptor.Dispose();
        if (HostFolder is not null && Directory.Exists(HostFolder)) Directory.Delete(HostFolder, recursive: true);
    }
}

/// <summary>Where a builder finds the read-only folders of a <see cref="SandboxSpec"/>.</summary>
/// <param name="Staged">Source on the host, as the builder may see it, and target inside.</param>
internal sealed record BoxFolders(IReadOnlyList<(string Source, string Target)> Staged);
