using System.Runtime.InteropServices;
using Agon.Domain.Health;

namespace Agon.Cli.Doctor;

/// <summary>Whether whoever asks can keep data in a folder. Nothing is made or changed.</summary>
internal static class DataFolder
{
    internal const int MayRead = 4, MayWrite = 2, MayEnter = 1;

    /// <summary>What stands in the way; null if nothing does.</summary>
    public static Finding? Obstacle(string folder) => Obstacle(folder, (path, mode) => Access(path, mode) == 0);

    /// <param name="folder">The data folder, which may be still to be made.</param>
    /// <param name="may">Whether this user may do with a path what the flags of access(2) ask for.</param>
    internal static Finding? Obstacle(string folder, Func<string, int, bool> may)
    {
        var user = Environment.UserName;
        // What cannot be seen counts as not there: then the folder that hides it is in the way.
        var there = folder;
        while (!Path.Exists(there) && Path.GetDirectoryName(there) is { } above)
            there = above;
        var file = Path.Combine(folder, "agon.db");
        if (!Directory.Exists(there))
            return Problem($"{there} is no folder", "name a folder with --data");
        if (!may(there, MayEnter))
            return Problem($"{there} is closed to the user {user}", OwnersCure(there));
        if (!may(there, MayRead | MayWrite))
            return there == folder
                ? Problem($"the user {user} cannot write in {folder}", OwnersCure(folder))
                : Problem($"there is no {folder}, and the user {user} cannot make it", $"as root: install -d -m 700 -o {user} {folder}");
        return File.Exists(file) && !may(file, MayRead | MayWrite)
            ? Problem($"{file} is closed to the user {user}", OwnersCure(file))
            : null;
    }

    private static Finding Problem(string detail, string cure) => new("database", FindingStatus.Problem, detail, cure);

    private static string OwnersCure(string path) =>
        $"run Agon and this as its owner, $(stat -c %U {path}); or give it away, as root: chown -R {Environment.UserName} {path}";

    [DllImport("libc", EntryPoint = "access")]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
