using Agon.Evaluation.Containers;

namespace Agon.Evaluation.Tests.Containers;

/// <summary>A participant's files, an input and an output folder, as long as one test.</summary>
internal sealed class RunFolders : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("agon-participant-").FullName;

    internal RunFolders()
    {
        foreach (var folder in (string[])[Program, Input, Output]) Directory.CreateDirectory(folder);
        Put(Input, "transfers.csv", "tx_id\n1\n");
        Put(Input, "run.json", "{}");
    }

    internal string Program => Path.Combine(root, "program");
    internal string Input => Path.Combine(root, "input");
    internal string Output => Path.Combine(root, "output");

    internal static void Put(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>A run of this <c>run.sh</c>.</summary>
    internal ParticipantRunSpec Script(string script)
    {
        Put(Program, "run.sh", script);
        return Run(new ParticipantProgram.Folder(Program));
    }

    internal ParticipantRunSpec Run(ParticipantProgram program) => new()
    {
        Program = program,
        InputFolder = Input,
        OutputFolder = Output,
        Network = "torus",
        WindowDays = 30,
        ProcessingDate = new DateOnly(2026, 3, 1),
        TimeLimit = TimeSpan.FromSeconds(60),
        RunId = Guid.NewGuid().ToString("N"),
    };

    internal IEnumerable<string> OutputNames => Directory.EnumerateFileSystemEntries(Output).Select(path => Path.GetFileName(path)).Order();

    internal string OutputText(string name) => File.ReadAllText(Path.Combine(Output, name));

    public void Dispose() => Directory.Delete(root, recursive: true);
}
