using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Agon.Server.Admin;

/// <summary>Who may call the admin routes: section <c>Admin</c> of the settings.</summary>
internal sealed class AdminOptions : IValidatableObject
{
    public const string Section = "Admin";

    // What can be guessed is no key.
    private const int ShortestToken = 16;

    private const string Scheme = "Bearer ";

    /// <summary>What operators show, in printable ASCII; null: nobody is one. Never logged, never told.</summary>
    public string? Token { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Token is not null && (Token.Length < ShortestToken || Token.Any(sign => sign is <= ' ' or > '~')))
            yield return new ValidationResult($"{Section}:Token (ADMIN_TOKEN) needs {ShortestToken} or more characters of printable ASCII without spaces");
    }

    /// <summary>Whether the header <c>Authorization</c> shows the token: the scheme and every byte of it, in a time that tells nothing.</summary>
    public bool IsShownBy(StringValues header) =>
        Token is not null && header is [{ } shown] && shown.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(Hash(shown[Scheme.Length..]), Hash(Token));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
