using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Processes;

/// <summary>Whether a file or folder is this user's, and nobody else's to write to.</summary>
internal static unsafe class FileOwner
{
    private const int CurrentFolder = -100;     // AT_FDCWD
    private const int NoFollow = 0x100;         // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000;       // AT_EMPTY_PATH
    private const uint TypeModeAndUser = 0x1 | 0x2 | 0x8;
    private const int TypeMask = 0xf000, Folder = 0x4000, PlainFile = 0x8000, WritableByOthers = 0x12;

    /// <summary>A link is nobody's folder, wherever it leads to.</summary>
    internal static bool IsOwnFolder(string path) => IsOwn(CurrentFolder, path, NoFollow, Folder);

    /// <summary>Of a file that is open: no other can be put in its place.</summary>
    internal static bool IsOwnFile(SafeFileHandle file) => IsOwn((int)file.DangerousGetHandle(), "", EmptyPath, PlainFile);

    private static bool IsOwn(int folder, string path, int flags, int type)
    {
        // struct statx: uid at 20, mode at 28, on every architecture.
        Span<byte> answer = stackalloc byte[256];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        fixed (byte* start = answer)
        {
            if (SpawnNative.FileStatus(folder, name, flags, TypeModeAndUser, start) != 0)
                return false;
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(answer[28..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(answer[20..]) == SpawnNative.EffectiveUser()
            && (mode & TypeMask) == type && (mode & WritableByOthers) == 0;
    }
}
