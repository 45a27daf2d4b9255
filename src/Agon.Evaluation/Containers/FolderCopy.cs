using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Agon.Evaluation.Containers;

/// <summary>A participant's folder: what is in it, as one hash, and a copy that everybody may read.</summary>
internal static class FolderCopy
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Open = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>SHA-256 over every file's path, whether it may be executed, length and content, by path; hex.</summary>
    /// <exception cref="SourceRefusedException">It holds links or special files, or more than it may.</exception>
    internal static string Hash(string folder, SourceSettings settings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = new byte[8];
        foreach (var file in Files(folder, settings))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Name(folder, file)}\0{(IsExecutable(file) ? 'x' : '-')}\0"));
            BinaryPrimitives.WriteInt64LittleEndian(length, file.Length);
            hash.AppendData(length);
            using var content = file.OpenRead();
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Copies the files, with modes of ours.</summary>
    internal static void Copy(string from, string to, SourceSettings settings)
    {
        MakeOpenFolder(to);
        foreach (var file in Files(from, settings))
        {
            var name = Name(from, file);
            for (var n = name.IndexOf('/'); n >= 0; n = name.IndexOf('/', n + 1)) MakeOpenFolder(Path.Combine(to, name[..n]));
            var copy = file.CopyTo(Path.Combine(to, name));
            if (OperatingSystem.IsLinux()) copy.UnixFileMode = IsExecutable(file) ? Open : Plain;
        }
    }

    internal static void MakeOpenFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(folder, Open);
    }

    /// <summary>In the order of their paths, byte by byte. Git's own folder is no part of it.</summary>
    private static List<FileInfo> Files(string folder, SourceSettings settings)
    {
        var files = new List<FileInfo>();
        var (entries, bytes) = (0, 0L);
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (open.TryPop(out var inner))
            foreach (var entry in inner.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            {
                if (++entries > settings.SourceEntries) throw new SourceRefusedException($"the folder holds more than {settings.SourceEntries} files and folders");
                if (entry.LinkTarget is not null) throw new SourceRefusedException($"the folder holds a link: {Name(folder, entry)}");
                if (entry is DirectoryInfo { Name: ".git" } or DirectoryInfo { Name: "__pycache__" }) continue;
                if (entry is DirectoryInfo child) open.Push(child);
                else if (entry is FileInfo file && (file.Attributes & FileAttributes.Device) == 0) files.Add(file);
                else throw new SourceRefusedException($"the folder holds something that is no file: {Name(folder, entry)}");
            }

        foreach (var file in files) bytes += file.Length;
        if (bytes > settings.SourceBytes) throw new SourceRefusedException($"the folder is larger than {settings.SourceBytes >> 20} MiB");
        return [.. files.OrderBy(file => Name(folder, file), StringComparer.Ordinal)];
    }

    private static string Name(string folder, FileSystemInfo entry) => Path.GetRelativePath(folder, entry.FullName);

    private static bool IsExecutable(FileInfo file) => OperatingSystem.IsLinux() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute);
}
