namespace Agon.Contracts.Problems;

/// <summary>Paths with every symbolic link followed, also those in the middle.</summary>
internal static class RealPath
{
    // As Linux: a loop of links ends here.
    private const int MostLinks = 40;

    /// <summary>The path as the kernel would walk it: a link is followed before a <c>..</c> behind it counts.</summary>
    /// <exception cref="LinkLoopException">Links lead to links without end.</exception>
    public static string Of(string path)
    {
        var links = 0;
        var reached = "/";
        var ahead = new Stack<string>(Parts(Path.IsPathRooted(path) ? path : Path.Combine(Directory.GetCurrentDirectory(), path)));
        while (ahead.TryPop(out var part))
        {
            if (part == "..")
            {
                reached = Path.GetDirectoryName(reached) ?? "/";
                continue;
            }

            var next = Path.Combine(reached, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                reached = next;
                continue;
            }

            if (++links > MostLinks)
                throw new LinkLoopException();
            if (Path.IsPathRooted(target))
                reached = "/";
            foreach (var step in Parts(target))
                ahead.Push(step);
        }
        return reached;
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or lies below it; both are real paths.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(folder == "/" ? folder : folder + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
}

/// <summary>More links in one path than the kernel would follow.</summary>
internal sealed class LinkLoopException() : IOException("too many symbolic links");
