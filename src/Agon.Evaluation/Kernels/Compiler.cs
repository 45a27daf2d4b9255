using System.Collections.Immutable;
using System.ComponentModel;
using Agon.Domain.Problems;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Kernels;

/// <summary>A compiler of this machine.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Folders">Where it lives outside /usr; to be bound read-only.</param>
/// <param name="Version">The line in which it names its version.</param>
internal sealed record Compiler(string Path, ImmutableArray<string> Folders, string Version)
{
    private static readonly string[] UsualFolders = ["/usr/bin", "/usr/local/bin", "/usr/local/cuda/bin", "/opt/cuda/bin"];

    /// <summary>The name of the compiler that tasks of this language need.</summary>
    public static string NameFor(string lang) => lang == TaskLanguage.Cuda ? "nvcc" : "g++";

    /// <summary>The compiler for this language; null where the machine has none.</summary>
    public static Task<Compiler?> FindAsync(string lang) =>
        FindAsync(NameFor(lang), [.. UsualFolders, .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')]);

    internal static async Task<Compiler?> FindAsync(string name, IEnumerable<string> folders)
    {
        var path = folders.Where(System.IO.Path.IsPathFullyQualified).Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null)
            return null;
        // A toolkit is a bin folder and its neighbours.
        var toolkit = System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(path));
        ImmutableArray<string> outside = path.StartsWith("/usr/", StringComparison.Ordinal) || toolkit is null or "/" ? [] : [toolkit];
        return new Compiler(path, outside, await VersionAsync(path));
    }

    private static async Task<string> VersionAsync(string path)
    {
        try
        {
            var lines = (await CommandOutput.ReadAsync(path, "--version")).Split('\n');
            // nvcc begins with its name, g++ with its version.
            return PlainText.OneLine(lines.FirstOrDefault(line => line.Contains("release", StringComparison.Ordinal)) ?? lines[0], 200);
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}
