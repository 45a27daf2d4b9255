using System.Text;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Problems;
using Agon.Domain.Accounts;
using Agon.Domain.Baselines;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;
using Agon.Storage;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What participants hand in, as far as no server is needed.</summary>
internal static class SubmissionReaders
{
    public static IEnumerable<Target> All =>
    [
        Target.Reader("directives", Texts(
            "#!POPCORN leaderboard lcs\n#!POPCORN gpus CPU A100\n# Sorts.\nx = 1\n", "//!POPCORN leaderboard matmul\r\n//!POPCORN gpu CPU\r\nint main() {}\n"),
            bytes => FileDirectives.Parse(Text(bytes)) is DirectivesOutcome.Read),
        Target.Reader("file name", Texts("entry.py", "my kernel v2.cu", "größe.cpp"), bytes => FileNameRules.Refuse(Text(bytes), "py") is null | FileNameRules.Refuse(Text(bytes), "cu") is null),
        Target.Reader("user and board names", Texts("ada", "Grace Hopper", "matmul-v2", "A.b_c"), bytes => UserName.Refuse(Text(bytes)) is null | RouteName.IsValid(Text(bytes))),
        Target.Reader("mode", Texts("test", "Leaderboard", "PROFILE"), bytes => IntakeRules.ParseMode(Text(bytes)) is not null),
        Target.Reader("deadline", Texts("2031-03-04 12:30", "2031-3-4"), bytes => Deadlines.Parse(Text(bytes)) is not null),
        Target.Reader("baseline version", Texts("v1.10.0", "2.0"), bytes => BaselineVersion.Parse(Text(bytes)) is not null),
        // Halves of surrogate pairs come in two bytes.
        Target.Reader("stored text", [Encoding.Unicode.GetBytes("out: 𝕏 é\n"), Encoding.Unicode.GetBytes("\0\ud800x")], IsStored),
    ];

    /// <summary>Whatever a harness prints is fit for both databases once it is cleaned, as a text and in JSON.</summary>
    private static bool IsStored(byte[] bytes)
    {
        var text = Encoding.Unicode.GetString(bytes);
        var halves = new string([.. Enumerable.Range(0, bytes.Length / 2).Select(n => (char)BitConverter.ToUInt16(bytes, 2 * n))]);
        foreach (var one in new[] { text, halves })
        {
            var clean = StoredText.Clean(one);
            FuzzFaultException.Unless(IsFit(clean), "a cleaned text is not fit to be stored");
            FuzzFaultException.Unless(JsonSerializer.Deserialize(StoredText.ToJson(one)!, AgonJson.Default.String) is { } read && IsFit(read), "a text in JSON is not fit to be stored");
        }
        return true;
    }

    private static bool IsFit(string text) => !text.Contains('\0') && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
