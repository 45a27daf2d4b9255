using System.Text;

namespace Agon.Evaluation.Containers;

/// <summary>A repository of the operator's own, in which we may write and which need not be public.</summary>
/// <param name="Address">Without what one signs in with: it may be shown and stored.</param>
public sealed record GitRemote(string Address)
{
    /// <summary>The header that signs us in; null for none. It goes to git by its environment, which no other user can read.</summary>
    internal string? Authorization { get; private init; }

    /// <summary>Takes the token out of the address.</summary>
    /// <param name="setting">As the operator wrote it; an http address may hold a user, a password or a token before its @.</param>
    /// <param name="token">For an https address that holds none; null for none.</param>
    /// <exception cref="FormatException">An http address that cannot be read: its password might be shown as part of it.</exception>
    public static GitRemote Of(string setting, string? token)
    {
        if (!setting.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && !setting.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            return new GitRemote(setting);
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var address) || address.Fragment.Length > 0 || address.PathAndQuery.Contains('@'))
            throw new FormatException("the address of a repository for baselines cannot be read; in a user or password, / # ? and @ are written as %2F %23 %3F and %40");
        if (address.UserInfo.Length > 0)
        {
            var user = Uri.UnescapeDataString(address.UserInfo);
            return new GitRemote($"{new UriBuilder(address) { UserName = "", Password = "" }.Uri}") { Authorization = Basic(user.Contains(':') ? user : user + ":") };
        }
        // The user under whom GitHub and its like take a token.
        return new GitRemote(setting) { Authorization = token is { Length: > 0 } && address.Scheme == Uri.UriSchemeHttps ? Basic($"x-access-token:{token}") : null };
    }

    private static string Basic(string credentials) => $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
}
