using System.Text;
using Agon.Domain.Runs;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>What this user's probes found on this machine, in one small file that nobody else can write to, for a day.</summary>
/// <remarks>It saves time and nothing else: whatever is wrong with the file or its folder, nothing is remembered, and probes run.</remarks>
/// <param name="cache">The user's folder for such files; null if there is none.</param>
/// <param name="clock">For how long.</param>
internal sealed class ProbeMemory(string? cache, TimeProvider clock)
{
    private const int MostBytes = 16 << 10;
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);
    private readonly string? folder = cache is null ? null : Path.Combine(cache, "agon");

    private string? Place => folder is null ? null : Path.Combine(folder, "isolation");

    /// <summary>In <c>XDG_CACHE_HOME</c>, else in <c>.cache</c> of the home folder.</summary>
    internal static ProbeMemory OfThisUser(TimeProvider clock)
    {
        static string? Absolute(string name, string below = "") =>
            Environment.GetEnvironmentVariable(name) is { } path && Path.IsPathFullyQualified(path) ? Path.Combine(path, below) : null;
        return new ProbeMemory(Absolute("XDG_CACHE_HOME") ?? Absolute("HOME", ".cache"), clock);
    }

    /// <summary>What was found on a machine with this fingerprint; null if it is not remembered.</summary>
    internal Isolation? Recall(string machine)
    {
        try
        {
            if (Place is null || !FileOwner.IsOwnFolder(folder!))
                return null;
            using var file = File.OpenHandle(Place);
            var age = clock.GetUtcNow() - File.GetLastWriteTimeUtc(file);
            if (!FileOwner.IsOwnFile(file) || RandomAccess.GetLength(file) > MostBytes || age < TimeSpan.Zero || age > Age)
                return null;
            var bytes = new byte[MostBytes];
            return Parse(machine, Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0)));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Remembers it; never that there is no isolation, which somebody may be about to cure.</summary>
    internal void Keep(string machine, Isolation isolation)
    {
        if (isolation.Level == IsolationLevel.None || !OperatingSystem.IsLinux())
            return;
        try
        {
            if (Place is null || !MakeOwn(folder!))
                return;
            var unfinished = $"{Place}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var stream = new FileStream(unfinished, options))
                stream.Write(Encoding.UTF8.GetBytes(Text(machine, isolation)));
            File.Move(unfinished, Place, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Next time probes run again.
        }
    }

    /// <summary>Forgets all of it.</summary>
    internal void Forget()
    {
        try
        {
            if (Place is not null)
                File.Delete(Place);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It was not ours to delete, so it is not believed either.
        }
    }

    /// <summary>Whether the folder is ours now: it was, or it could be made in one that is.</summary>
    private static bool MakeOwn(string path)
    {
        if (Path.Exists(path))
            return FileOwner.IsOwnFolder(path);
        if (!OperatingSystem.IsLinux() || Path.GetDirectoryName(path) is not { } parent || !MakeOwn(parent))
            return false;
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return FileOwner.IsOwnFolder(path);
    }

    private static string Text(string machine, Isolation isolation) => string.Join('\n',
    [
        machine, isolation.Level.ToString(), isolation.Mechanism,
        .. isolation.Missing.SelectMany(missing => new[] { missing.Name, missing.Cure }).Select(words => words.ReplaceLineEndings(" ")), End,
    ]);

    // Behind the last line: of a file that is cut off nothing is believed.
    private const string End = "end";

    private static Isolation? Parse(string machine, string text) =>
        text.Split('\n') is [var of, var level, var mechanism, .. var missing, End]
        && of == machine && missing.Length % 2 == 0
        && Enum.TryParse<IsolationLevel>(level, out var known) && known is IsolationLevel.Weak or IsolationLevel.Standard or IsolationLevel.Strong
            ? new Isolation(known, mechanism, [.. missing.Chunk(2).Select(pair => new MissingDefence(pair[0], pair[1]))])
            : null;
}
