namespace Agon.Domain.Tournaments;

/// <summary>Which names a miner may register under. A hotkey becomes part of addresses and of names of images.</summary>
public static class HotkeyRules
{
    /// <summary>In characters; the chain's own have 48.</summary>
    public const int MaxLength = 128;

    /// <summary>Why it is refused; null if it is not.</summary>
    public static string? Refuse(string? hotkey) =>
        hotkey is { Length: >= 1 and <= MaxLength } && char.IsAsciiLetterOrDigit(hotkey[0]) && hotkey.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '_' or '-')
            ? null
            : $"hotkey must have 1 to {MaxLength} of A-Z, a-z, 0-9, '.', '_' and '-', and begin with a letter or digit";
}
