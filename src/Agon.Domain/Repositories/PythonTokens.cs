namespace Agon.Domain.Repositories;

/// <summary>What a token of Python is, as far as a check cares.</summary>
public enum PythonKind
{
    Word,
    Text,
    Sign,
}

/// <summary>One token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">A word, a string's content without quotes, or the sign.</param>
/// <param name="Line">Where it begins; from 1.</param>
public sealed record PythonToken(PythonKind Kind, string Value, int Line);

/// <summary>
/// Python's text as tokens: comments are gone, and a string is told from code. No grammar; what is no Python comes out as
/// signs. Strings that stand side by side or are joined by plus are one, as they are when it runs.
/// </summary>
public static class PythonTokens
{
    private const int DeepestNesting = 4;

    public static IReadOnlyList<PythonToken> Read(string text)
    {
        var tokens = new List<PythonToken>();
        Read(text, 1, tokens, 0);
        return Join(tokens);
    }

    private static void Read(string text, int line, List<PythonToken> tokens, int depth)
    {
        for (var n = 0; n < text.Length;)
        {
            var letter = text[n];
            if (letter == '\n') line++;
            if (char.IsWhiteSpace(letter) || letter == '\\')
                n++;
            else if (letter == '#')
                while (n < text.Length && text[n] != '\n') n++;
            else if (QuoteAt(text, n) is { } start)
            {
                var end = EndOfString(text, start, out var quote);
                var content = text[Math.Min(start + quote, end)..Math.Max(Math.Min(start + quote, end), end - quote)];
                tokens.Add(new PythonToken(PythonKind.Text, content, line));
                if (depth < DeepestNesting && text[n..start].Contains('f', StringComparison.OrdinalIgnoreCase)) ReadBraces(content, line, tokens, depth);
                line += text.AsSpan(n, end - n).Count('\n');
                n = end;
            }
            else if (IsWordLetter(letter))
            {
                var start0 = n;
                while (n < text.Length && IsWordLetter(text[n])) n++;
                tokens.Add(new PythonToken(PythonKind.Word, text[start0..n], line));
            }
            else
                tokens.Add(new PythonToken(PythonKind.Sign, text[n++].ToString(), line));
        }
    }

    /// <summary>What an f-string computes is code like any other.</summary>
    private static void ReadBraces(string content, int line, List<PythonToken> tokens, int depth)
    {
        for (var n = content.IndexOf('{'); n >= 0; n = content.IndexOf('{', n + 1))
        {
            var end = content.IndexOf('}', n);
            Read(content[(n + 1)..(end < 0 ? content.Length : end)], line, tokens, depth + 1);
        }
    }

    /// <summary>Where the quotes begin of a string that starts here, prefix letters before them; null if none does.</summary>
    private static int? QuoteAt(string text, int n)
    {
        var end = n;
        while (end < text.Length && end - n < 3 && "rRbBuUfFtT".Contains(text[end])) end++;
        return end < text.Length && text[end] is '\'' or '"' ? end : null;
    }

    private static int EndOfString(string text, int start, out int quote)
    {
        var sign = text[start];
        quote = text.AsSpan(start).StartsWith(new string(sign, 3)) ? 3 : 1;
        for (var n = start + quote; n < text.Length; n++)
        {
            if (text[n] == '\\') n++;
            else if (quote == 1 && (text[n] == sign || text[n] == '\n')) return n + 1;
            else if (quote == 3 && text.AsSpan(n).StartsWith(new string(sign, 3))) return n + 3;
        }

        return text.Length;
    }

    private static List<PythonToken> Join(List<PythonToken> tokens)
    {
        var joined = new List<PythonToken>();
        foreach (var token in tokens)
            if (token.Kind != PythonKind.Text)
                joined.Add(token);
            else if (joined is [.., { Kind: PythonKind.Text } before])
                joined[^1] = before with { Value = before.Value + token.Value };
            else if (joined is [.., { Kind: PythonKind.Text } first, { Value: "+" }])
            {
                joined.RemoveAt(joined.Count - 1);
                joined[^1] = first with { Value = first.Value + token.Value };
            }
            else
                joined.Add(token);
        return joined;
    }

    private static bool IsWordLetter(char letter) => char.IsLetterOrDigit(letter) || letter == '_' || char.IsSurrogate(letter);
}
