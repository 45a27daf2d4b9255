using Agon.Contracts.Problems;
using Microsoft.Extensions.Options;

namespace Agon.Server.Admin;

/// <summary>Where problems come from: section <c>Problems</c> of the settings.</summary>
internal sealed class ProblemOptions
{
    public const string Section = "Problems";

    /// <summary>Holds problems in development, a folder each; null: there are none.</summary>
    public string? DevFolder { get; init; }

    /// <summary>By the name that requests use: a folder, or an address that git can clone.</summary>
    public Dictionary<string, string> Repositories { get; } = new(StringComparer.Ordinal);
}

/// <summary>Finds the places that a request may name, and no other.</summary>
internal sealed class ProblemFolders(IOptions<ProblemOptions> options)
{
    public IReadOnlyCollection<string> Names => options.Value.Repositories.Keys;

    /// <summary>Nothing outside it is read.</summary>
    public string? DevFolder => options.Value.DevFolder is { } folder ? Path.GetFullPath(folder) : null;

    /// <summary>The repository of that name, or the only one where none is named; null if there is none.</summary>
    public string? AddressOf(string? name) => name is not null
        ? options.Value.Repositories.GetValueOrDefault(name)
        : options.Value.Repositories.Count == 1 ? options.Value.Repositories.Values.Single() : null;

    /// <summary>The folder with a task.yml below <see cref="DevFolder"/>; null if it is not there, or not below it.</summary>
    public string? FindDevelopment(string? directory)
    {
        if (DevFolder is not { } root || directory is not { Length: > 0 } || directory.Split('/').Any(part => part is "" or "." or "..") || directory.Any(char.IsControl))
            return null;
        var folder = Path.Combine(root, directory);
        return File.Exists(Path.Combine(folder, TaskFolder.TaskFile)) ? folder : null;
    }

    public static bool IsBranch(string branch) =>
        branch.Length is > 0 and <= 200 && char.IsAsciiLetterOrDigit(branch[0]) && branch.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.');
}
