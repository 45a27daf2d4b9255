using System.Text;

namespace Agon.Evaluation.Sandbox;

/// <summary>What a <see cref="SandboxSpec"/> must be before anything is built from it.</summary>
internal static class SandboxSpecRules
{
    internal const int MostFiles = 200;
    private const int MostEnvironmentBytes = 64 << 10;

    /// <exception cref="ArgumentException">Names the value that cannot be carried out.</exception>
    internal static void Check(SandboxSpec spec)
    {
        Require(spec.Command is [['/', ..], ..], "the command has to start with an absolute path");
        Require(spec.Command.All(word => !word.Contains('\0')), "an argument holds a NUL");
        Require(spec.Files.Count + spec.Binaries.Count <= MostFiles, $"more than {MostFiles} files");
        foreach (var name in spec.Files.Keys.Concat(spec.Binaries.Keys))
            Require(IsPlainName(name), $"'{name}' is no plain file name");
        foreach (var name in spec.Binaries.Keys)
            Require(!spec.Files.ContainsKey(name), $"'{name}' is named twice");
        foreach (var folder in spec.ReadOnlyFolders)
            Require(folder.StartsWith('/') && !folder.Contains('\0'), $"'{folder}' is no absolute path");
        foreach (var device in spec.Devices)
            Require(device.StartsWith("/dev/", StringComparison.Ordinal) && !device.Contains("..", StringComparison.Ordinal) && !device.Contains('\0'), $"'{device}' is no device node");
        foreach (var path in spec.Mounts.SelectMany(mount => new[] { mount.Source, mount.Target }).Append(spec.Output?.Folder ?? "/"))
            Require(path.StartsWith('/') && !path.Contains('\0'), $"'{path}' is no absolute path");
        Require(spec.Output is null || !spec.VerdictChannel, "an output folder and a verdict channel need the same socket");
        foreach (var (name, value) in spec.Environment)
        {
            Require(IsVariableName(name), $"'{name}' is no name of an environment variable");
            Require(value.IndexOfAny(['\0', '\n']) < 0, $"the environment variable {name} holds a line feed or NUL");
        }

        Require(spec.Environment.Sum(variable => Encoding.UTF8.GetByteCount(variable.Value) + variable.Key.Length) <= MostEnvironmentBytes,
            $"the environment is larger than {MostEnvironmentBytes} bytes");
    }

    /// <summary>Whether a file can have this name beside the others: no folders, nothing that looks like an option.</summary>
    internal static bool IsPlainName(string name) =>
        name is not ("" or "." or "..") && name.Length <= 200 && name.IndexOfAny(['/', '\0', '\n']) < 0 && name[0] != '-';

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new ArgumentException($"a sandbox cannot be built: {otherwise}");
    }
}
