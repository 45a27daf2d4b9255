using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace Agon.Evaluation.Containers;

/// <summary>What came in an archive is not what may come; its maker's doing. One sentence.</summary>
internal sealed class ArchiveRefusedException(string message) : Exception(message);

/// <summary>How much an archive may bring.</summary>
/// <param name="What">What it is, for sentences: <c>output</c>.</param>
/// <param name="Bytes">Of all files together.</param>
/// <param name="Entries">Files and folders.</param>
/// <param name="KeepExecutable">Whether a file that may be executed stays so; nothing else of its mode does.</param>
internal sealed record ArchiveLimits(string What, long Bytes, int Entries, bool KeepExecutable = false)
{
    internal static ArchiveLimits OfOutput(ContainerLimits limits) => new("output", limits.OutputBytes, limits.OutputEntries);
}

/// <summary>
/// Takes a participant's folder out of a tar stream, under the archive rules of threats 4.4: plain files and folders
/// only, honest names, all of it or nothing. Our own loop: the stock extractor makes FIFOs and overwrites twins.
/// </summary>
internal static class FolderArchive
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Open = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int DeepestPath = 32, LongestPart = 120, LongestPath = 240;

    /// <summary>Writes the files into <paramref name="folder"/>, which is empty, and empties it again if one is refused.</summary>
    /// <exception cref="ArchiveRefusedException">A rule is broken; one sentence.</exception>
    /// <exception cref="IOException">The host's disk.</exception>
    internal static void Extract(Stream archive, string folder, ArchiveLimits limits)
    {
        try
        {
            ExtractAll(archive, folder, limits);
        }
        catch (Exception error)
        {
            foreach (var file in Directory.EnumerateFiles(folder)) File.Delete(file);
            foreach (var inner in Directory.EnumerateDirectories(folder)) Directory.Delete(inner, recursive: true);
            // The bytes come from programs of ours, so that a broken archive is one that was made so.
            if (error is FormatException or InvalidDataException or EndOfStreamException or ArgumentException)
                throw new ArchiveRefusedException($"the {limits.What} is no well-formed archive");
            throw;
        }
    }

    private static void ExtractAll(Stream archive, string folder, ArchiveLimits limits)
    {
        using var reader = new TarReader(archive, leaveOpen: true);
        var names = new Dictionary<string, TarEntryType>();
        long written = 0;
        while (Next(reader) is { } entry)
        {
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes) continue;   // git's remark on the commit
            var path = CheckedPath(entry.Name, limits.What);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory))
                throw new ArchiveRefusedException($"the {limits.What} holds '{Shown(path)}', which is neither file nor folder but {Word(entry.EntryType)}");
            if (path.Length == 0) continue;
            if (names.Count >= limits.Entries) throw new ArchiveRefusedException($"the {limits.What} holds more than {limits.Entries} files and folders");
            if (!names.TryAdd(Spelling(path), entry.EntryType))
                throw new ArchiveRefusedException($"the {limits.What} holds '{Shown(path)}' twice, or a name that differs in case alone");
            if (path.LastIndexOf('/') is > 0 and var end && names.GetValueOrDefault(Spelling(path[..end])) != TarEntryType.Directory)
                throw new ArchiveRefusedException($"the {limits.What} holds '{Shown(path)}' without its folder");

            var target = Path.Combine(folder, path);
            if (entry.EntryType == TarEntryType.Directory) Directory.CreateDirectory(target);
            else written += Copy(entry.DataStream, target, limits.Bytes - written, limits);
            // Its own mode and none of the archive's: neither setuid nor hidden from us.
            if (OperatingSystem.IsLinux())
                File.SetUnixFileMode(target, entry.EntryType == TarEntryType.Directory || limits.KeepExecutable && entry.Mode.HasFlag(UnixFileMode.UserExecute) ? Open : Plain);
        }
    }

    private static TarEntry? Next(TarReader reader)
    {
        try
        {
            return reader.GetNextEntry();
        }
        catch (IOException broken) when (broken is not EndOfStreamException && broken.HResult == unchecked((int)0x80131620))
        {
            // COR_E_IO: the reader's own complaint about the format, no word of the system's.
            throw new InvalidDataException(broken.Message, broken);
        }
    }

    /// <summary>Counted while copying, since a header may say anything.</summary>
    private static long Copy(Stream? content, string target, long room, ArchiveLimits limits)
    {
        using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
        if (content is null) return 0;
        var buffer = new byte[64 << 10];
        long copied = 0;
        while (content.Read(buffer) is > 0 and var count)
        {
            copied += count;
            if (copied > room) throw new ArchiveRefusedException($"the {limits.What} is larger than {limits.Bytes >> 20} MiB");
            file.Write(buffer, 0, count);
        }

        return copied;
    }

    /// <summary>The path below the folder; empty for that folder itself.</summary>
    internal static string CheckedPath(string name, string what)
    {
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name == "." ? "" : name;
        if (path.EndsWith('/')) path = path[..^1];
        if (path.Length == 0 && name.Length > 0 && name != "/") return "";
        var parts = path.Split('/');
        var fits = parts.Length <= DeepestPath && Encoding.UTF8.GetByteCount(path) <= LongestPath
            && parts.All(part => part is not ("" or "." or "..") && Encoding.UTF8.GetByteCount(part) <= LongestPart && part.EnumerateRunes().All(Honest));
        return fits ? path : throw new ArchiveRefusedException($"the {what} holds a file whose name is refused: '{Shown(path)}'");
    }

    /// <summary>Nothing that looks like another name, hides, or cannot be shown. What was no UTF-8 comes as the replacement character.</summary>
    private static bool Honest(Rune letter) =>
        letter.Value is not ('\\' or ':' or 0xFFFD)
        && Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static string Spelling(string path) => path.ToUpperInvariant();

    private static string Shown(string path) =>
        string.Concat(path.EnumerateRunes().Take(80).Select(letter => Honest(letter) ? letter.ToString() : "?"));

    private static string Word(TarEntryType type) => type switch
    {
        TarEntryType.SymbolicLink => "a symbolic link",
        TarEntryType.HardLink => "a hard link",
        TarEntryType.Fifo => "a pipe",
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => "a device",
        _ => "something else",
    };
}
