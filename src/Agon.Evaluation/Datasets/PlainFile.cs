using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Datasets;

/// <summary>Opens files that a stranger laid down: nothing but plain files, and no links, which could lead to what only we may read.</summary>
internal static unsafe partial class PlainFile
{
    public const string CompressedEnd = ".gz";

    // O_RDONLY | O_NONBLOCK | O_CLOEXEC: a named pipe must not make us wait for its other end.
    private const int OpenFlags = 0x800 | 0x80000;

    // The one flag whose number differs between the machines we run on.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    private const int NoSuchFile = 2;          // ENOENT
    private const int NotAllowed = 13;         // EACCES
    private const int NoSuchDevice = 6;        // ENXIO: a socket
    private const int TooManyLinks = 40;       // ELOOP: with O_NOFOLLOW, a link
    private const int EmptyPath = 0x1000;      // AT_EMPTY_PATH
    private const uint TypeOnly = 1;           // STATX_TYPE
    private const int StatusSize = 256;        // sizeof(struct statx), alike on every machine
    private const int ModeOffset = 28;         // stx_mode
    private const int TypeMask = 0xF000;       // S_IFMT
    private const int Regular = 0x8000;        // S_IFREG

    /// <summary>The file's bytes as they are; null if there is none.</summary>
    /// <exception cref="DatasetFileException">It is a link, a folder, a pipe or a device.</exception>
    public static FileStream? TryOpen(string path)
    {
        var name = Path.GetFileName(path);
        var descriptor = Open(path, OpenFlags | NoFollow);
        if (descriptor < 0)
            return Marshal.GetLastPInvokeError() switch
            {
                NoSuchFile => null,
                TooManyLinks => throw new DatasetFileException($"{name} is a link; only plain files are read"),
                NoSuchDevice => throw NotPlain(name),
                NotAllowed => throw new DatasetFileException($"{name} may not be read"),
                var error => throw new IOException($"{path} cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}"),
            };
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (!IsRegular(descriptor, path))
                throw NotPlain(name);
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The table <paramref name="name"/>.csv or .csv.gz, unpacked; null if there is neither.</summary>
    /// <exception cref="DatasetFileException">There are both, or it is no plain file.</exception>
    public static (Stream Bytes, string Name)? TryOpenTable(string folder, string name)
    {
        var (plain, packed) = ($"{name}.csv", $"{name}.csv{CompressedEnd}");
        var bytes = TryOpen(Path.Combine(folder, plain));
        try
        {
            if (TryOpen(Path.Combine(folder, packed)) is not { } compressed)
                return bytes is null ? null : (bytes, plain);
            if (bytes is null)
                return (new GZipStream(compressed, CompressionMode.Decompress), packed);
            compressed.Dispose();
            throw new DatasetFileException($"there is a {plain} and a {packed}; one of them has to go");
        }
        catch
        {
            bytes?.Dispose();
            throw;
        }
    }

    private static bool IsRegular(int descriptor, string path)
    {
        var status = stackalloc byte[StatusSize];
        if (Status(descriptor, "", EmptyPath, TypeOnly, status) != 0)
            throw new IOException($"{path} cannot be looked at: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        return (*(ushort*)(status + ModeOffset) & TypeMask) == Regular;
    }

    private static DatasetFileException NotPlain(string name) => new($"{name} is no plain file");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, byte* status);
}
