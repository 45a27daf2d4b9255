using System.Text;
using Agon.Domain.Repositories;

namespace Agon.Contracts.Repositories;

/// <summary>Reads a participant's folder for the check: everything but git's own, and no link is followed.</summary>
public static class RepositoryFolder
{
    private const long LargestFile = 10 << 20, LargestRepository = 100 << 20;
    private const int MostFiles = 10_000;

    /// <summary>As upstream tells them: a NUL in the first bytes.</summary>
    private const int LookedAt = 8192;

    public static IReadOnlyList<RepositoryFile> Read(string folder)
    {
        var (files, bytes) = (new List<RepositoryFile>(), 0L);
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (open.TryPop(out var inner))
            foreach (var entry in inner.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            {
                var path = Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/');
                if (path == ".git") continue;
                if (entry.LinkTarget is null && entry is DirectoryInfo child)
                {
                    open.Push(child);
                    continue;
                }

                bytes += entry is FileInfo { LinkTarget: null } known ? known.Length : 0;
                if (bytes > LargestRepository || files.Count >= MostFiles) return [.. files, new RepositoryFile(path, null, "too_large")];
                files.Add(Read(path, entry));
            }

        return files;
    }

    private static RepositoryFile Read(string path, FileSystemInfo entry)
    {
        // A pipe would block whoever opens it; its mode shows what it is.
        if (entry is not FileInfo file || file.LinkTarget is not null || (file.Attributes & (FileAttributes.Device | FileAttributes.ReparsePoint)) != 0 || !IsPlain(file))
            return new RepositoryFile(path, null, "link");
        if (file.Length > LargestFile) return new RepositoryFile(path, null, "too_large");
        try
        {
            var bytes = File.ReadAllBytes(file.FullName);
            return bytes.AsSpan(0, Math.Min(bytes.Length, LookedAt)).Contains((byte)0)
                ? new RepositoryFile(path, null, "binary_file")
                : new RepositoryFile(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new RepositoryFile(path, null, "not_checked");
        }
        catch (DecoderFallbackException)
        {
            return new RepositoryFile(path, null, "binary_file");
        }
    }

    /// <summary>Pipes and sockets have no length, but neither have empty files: of those nothing has to be read.</summary>
    private static bool IsPlain(FileInfo file) => file.Length > 0 || (file.Attributes & FileAttributes.Normal) != 0 || file.Attributes == FileAttributes.None;
}
