using System.Text;

namespace Agon.Fuzz.Readers;

/// <summary>Every reader that stands outside a route. A new one joins here.</summary>
internal static class AllReaders
{
    public static IEnumerable<Target> In(ScratchFolder folder) =>
        [.. ProblemReaders.In(folder), .. SubmissionReaders.All, .. RunReaders.All, .. TournamentReaders.In(folder), .. DatasetReaders.In(folder), .. SettingsReaders.In(folder), .. ClientReaders.In(folder)];

    /// <summary>Text as most readers get it: what is no UTF-8 becomes U+FFFD.</summary>
    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public static IReadOnlyList<byte[]> Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
