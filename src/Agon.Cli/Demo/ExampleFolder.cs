using Agon.Domain.Tournaments;

namespace Agon.Cli.Demo;

/// <summary>The contests that ship with Agon.</summary>
internal static class ExampleFolder
{
    private static readonly string Problems = Path.Combine("examples", "problems");

    /// <summary><c>examples/problems</c> of AGON_HOME, which the wrapper sets, else of a folder above this program.</summary>
    /// <exception cref="CommandFailure">There is none.</exception>
    public static string Find(Shell shell) => Find(shell, Problems);

    /// <summary>A participant of tournaments that ships with Agon: baseline, better, faster, wrong or crashing.</summary>
    /// <exception cref="CommandFailure">There is none.</exception>
    public static string Participant(Shell shell, ImageType type, string name) =>
        Find(shell, Path.Combine("examples", "tournaments", ContractWord.Of(type), name));

    private static string Find(Shell shell, string wanted)
    {
        for (var folder = shell.Variable("AGON_HOME") ?? AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, wanted)))
                return Path.Combine(folder, wanted);
        }
        throw CommandFailure.Platform($"found no {wanted}; run ./agon from a checkout, or set AGON_HOME to one");
    }

    /// <summary>Of the contests, the one that needs Python and nothing else.</summary>
    private const string DemoContest = "subsequence";

    /// <summary>Entries of the demo's contest: a correct one, a fast one, and a wrong one.</summary>
    public static IReadOnlyList<FileInfo> Entries(string problems) =>
        Path.Combine(problems, DemoContest, "entries") is var folder
        && Directory.Exists(folder)
        && Directory.EnumerateFiles(folder, "wrong_*.py").Order(StringComparer.Ordinal).FirstOrDefault() is { } wrong
            ? [new FileInfo(Path.Combine(folder, "correct.py")), new FileInfo(Path.Combine(folder, "fast.py")), new FileInfo(wrong)]
            : throw CommandFailure.Platform($"{problems} holds no contest {DemoContest} with entries correct.py, fast.py and wrong_*.py");
}
