namespace Agon.Evaluation.Sandbox;

/// <summary>No walls at all: a process of our own user in a fresh folder, its HOME too. Only for programs that are trusted.</summary>
/// <remarks>Its environment also holds <see cref="ProcessSweep.Variable"/>, by which its daemons are found.</remarks>
internal sealed class PlainBox : IBoxBuilder
{
    public string Mechanism => "none";

    public Box Build(SandboxSpec spec, BoxFolders folders)
    {
        var folder = Directory.CreateTempSubdirectory("agon-box-").FullName;
        foreach (var file in BoxFile.Of(spec))
        {
            var path = Path.Combine(folder, file.Name);
            File.WriteAllBytes(path, file.Content.Span);
            // Nothing here ever runs elsewhere; the question is for the analyzer.
            if (OperatingSystem.IsLinux()) File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(file.Mode, 8));
        }

        return new Box
        {
            Enclosure = ["/bin/sh", "-c", "cd \"$1\"; shift; exec \"$@\"", "enter", folder],
            // Tied to the first process, so that the program does not survive us.
            Disarm = ["setpriv", "--no-new-privs", "--pdeathsig", "KILL"],
            Home = folder,
            HostFolder = folder,
            OwnsProcesses = false,
        };
    }
}
