using System.Collections.Frozen;

namespace Agon.Domain.Tournaments;

/// <summary>Values of the contract's enums as words: lower case with underscores, alike in JSON, storage and messages.</summary>
public static class ContractWord
{
    public static string Of<T>(T value) where T : struct, Enum => Words<T>.ByValue[value];

    /// <summary>The value of that word, in this very spelling; null if there is none.</summary>
    public static T? Parse<T>(string word) where T : struct, Enum => Words<T>.ByWord.TryGetValue(word, out var value) ? value : null;

    /// <summary>Every word of the enum, for a message: <c>draft, registration, ...</c>.</summary>
    public static string All<T>() where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of));

    /// <summary><c>InProgress</c> as <c>in_progress</c>.</summary>
    internal static string SnakeCase(string name) => string.Concat(
        name.Select((letter, at) => char.IsUpper(letter) && at > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static class Words<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue = Enum.GetValues<T>().ToFrozenDictionary(value => value, value => SnakeCase(value.ToString()));
        public static readonly FrozenDictionary<string, T> ByWord = ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
