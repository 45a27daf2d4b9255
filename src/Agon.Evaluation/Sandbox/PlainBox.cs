namespace Agon.Evaluation.Sandbox;

/// <summary>No walls at all: a process of our own user in a fresh folder, its HOME too. Only for programs that are trusted.</summary>
/// <remarks>Its environment also holds <see cref="ProcessSweep.Variable"/>, by which its daemons are found.</remarks>
internal sealed class PlainBox : IBoxBuilder
{
    public string Mechanism => "none";

    public Box Build(SandboxSpec spec, BoxFolders folders)
    {
        var folder = Directory.CreateTempSubdirectory("agon-box-").FullName;
        foreach (var (name, text) in spec.Files)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, text);
            File.SetAttributes(path, FileAttributes.ReadOnly);
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
