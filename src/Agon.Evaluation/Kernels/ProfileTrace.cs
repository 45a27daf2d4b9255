using System.IO.Compression;
using Agon.Domain.Runs;

namespace Agon.Evaluation.Kernels;

/// <summary>What a profiler wrote inside a sandbox, on its way out as the contract's zip file (section 8.3).</summary>
/// <remarks>
/// It comes as one more line of the verdict channel, gzip in base64, and like all lines it may be the entry's own. So it is
/// unpacked up to a limit, never onto a disk, and packed anew.
/// </remarks>
internal static class ProfileTrace
{
    /// <summary>Its line's key. A result never shows it.</summary>
    public const string Key = "agon.trace";

    /// <summary>A longer text would be longer than a verdict's values may be; then there is no trace.</summary>
    public const string LongestText = "65000";

    private const int MostBytes = 8 << 20;

    /// <summary>The run without the line, and the profile with the trace that it held.</summary>
    public static (HarnessRun Run, Profile? Profile) TakeFrom(HarnessRun run, Profile? profile)
    {
        if (profile is null || !run.Result.TryGetValue(Key, out var text))
            return (run, profile);
        var shown = run.Result.Where(line => line.Key != Key).ToDictionary(line => line.Key, line => line.Value, StringComparer.Ordinal);
        return (run with { Result = shown }, profile with { Trace = Unpacked(text) is { } trace ? Convert.ToBase64String(Zipped($"{profile.Profiler}.out", trace)) : "" });
    }

    private static byte[]? Unpacked(string text)
    {
        var packed = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, packed, out var length))
            return null;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
            var trace = new byte[MostBytes];
            var read = gzip.ReadAtLeast(trace, trace.Length, throwOnEndOfStream: false);
            return read < MostBytes ? trace[..read] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Zipped(string name, byte[] content)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(content);
        }
        return file.ToArray();
    }
}
