using System.Buffers.Text;
using System.Security.Cryptography;

namespace Agon.Domain.Leaderboards;

/// <summary>What an organiser gives to one participant: it opens closed leaderboards to whoever claims it first.</summary>
public static class InviteCode
{
    /// <summary>Most codes that are made at once (contract section 2.5).</summary>
    public const int MostAtOnce = 10_000;

    /// <summary>128 random bits as 22 letters, digits, <c>-</c> and <c>_</c>.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
