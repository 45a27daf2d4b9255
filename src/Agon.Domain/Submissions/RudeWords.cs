using System.Collections.Frozen;
using System.Text;

namespace Agon.Domain.Submissions;

/// <summary>Finds rude words in names that everybody will see: whole words only, so that no town or class is refused for its letters.</summary>
internal static class RudeWords
{
    private static readonly FrozenSet<string> Known = Read();

    public static bool AreIn(string name) => Words(name).Any(Known.Contains);

    // Anything but letters parts words, and so does a capital behind a small letter: "FastKernel_v2" is fast, kernel, v.
    private static IEnumerable<string> Words(string name)
    {
        var word = new StringBuilder();
        for (var at = 0; at < name.Length; at++)
        {
            var starts = char.IsUpper(name[at]) && at > 0 && char.IsLower(name[at - 1]);
            if (word.Length > 0 && (starts || !char.IsLetter(name[at])))
            {
                yield return word.ToString();
                word.Clear();
            }
            if (char.IsLetter(name[at]))
                word.Append(char.ToLowerInvariant(name[at]));
        }
        yield return word.ToString();
    }

    private static FrozenSet<string> Read()
    {
        using var reader = new StreamReader(typeof(RudeWords).Assembly.GetManifestResourceStream("rude-words.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToFrozenSet();
    }
}
