using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Agon.Server.Tournaments;

/// <summary>Section <c>Registration</c> of the settings.</summary>
internal sealed class RegistrationOptions
{
    public const string Section = "Registration";

    /// <summary>What callers of the registration routes show (REGISTRATION_API_KEY); null: nobody may call them. Never logged, never told.</summary>
    public string? Key { get; init; }
}

/// <summary>The key of the registration routes. There is none built in, and one that everybody knows counts as none (W37).</summary>
internal sealed partial class RegistrationKey
{
    public const string Header = "X-API-Key";

    // In characters: what can be guessed is no key.
    private const int Shortest = 8;

    // Words that examples, templates and setup pages put in the place of a key; told apart by their letters and digits alone.
    private static readonly HashSet<string> Known =
    [
        "changeme", "changemenow", "changemeinproduction", "changethis", "pleasechangeme", "replaceme", "default", "defaultkey", "defaultapikey", "defaultsecret",
        "secret", "secretkey", "yoursecretkey", "yourapikey", "yourkeyhere", "yourapikeyhere", "yourregistrationapikey", "apikey", "myapikey", "registration",
        "registrationkey", "registrationapikey", "registrationsecret", "defaultregistrationkey", "defaultregistrationapikey", "internal", "internalkey", "internalapikey",
        "internalsecret", "devkey", "devapikey", "devsecret", "development", "developmentkey", "insecure", "insecurekey", "password", "placeholder", "12345678", "123456789", "1234567890",
    ];

    private readonly byte[]? hash;

    public RegistrationKey(IOptions<RegistrationOptions> options, ILogger<RegistrationKey> logger)
    {
        var key = options.Value.Key;
        if (string.IsNullOrEmpty(key))
            return;
        if (Refuse(key) is { } reason)
            LogUseless(logger, reason);
        else
            hash = Hash(key);
    }

    public static TournamentRefusal Refusal { get; } = TournamentRefusal.Unauthorized($"the header {Header} does not show this server's registration key");

    /// <summary>Whether the header shows the key, in a time that tells nothing.</summary>
    public bool IsShownBy(StringValues header) =>
        hash is not null && header is [{ } shown] && CryptographicOperations.FixedTimeEquals(Hash(shown), hash);

    /// <summary>Why that is no key; null if it is one.</summary>
    public static string? Refuse(string key)
    {
        if (key.Length < Shortest || key.Any(sign => sign is <= ' ' or > '~'))
            return $"it has not {Shortest} or more characters of printable ASCII without spaces";
        return Known.Contains(string.Concat(key.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant())
            ? "it is a word that stands in examples, and everybody knows it"
            : null;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(170, LogLevel.Error, "Nobody can register for tournaments: REGISTRATION_API_KEY (Registration:Key) is no key, since {Reason}")]
    private static partial void LogUseless(ILogger logger, string reason);
}
