using System.Security.Cryptography;
using System.Text;

namespace Agon.Domain.Accounts;

/// <summary>The secret that a command line shows with every request, in <c>X-Popcorn-Cli-Id</c>.</summary>
public static class CliId
{
    /// <summary>What tells a stored hash from an id in clear.</summary>
    public const string HashPrefix = "sha256:";

    /// <summary>128 random bits as 32 hex digits.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// What the database keeps: the id has 128 bits of its own, so a plain hash cannot be guessed backwards
    /// (threats, reading of T94).
    /// </summary>
    public static string Hash(string cliId) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cliId)));
}
