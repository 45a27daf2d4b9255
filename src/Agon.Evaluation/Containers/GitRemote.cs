using System.Text;

namespace Agon.Evaluation.Containers;

/// <summary>A repository of the operator's own, in which we may write and which need not be public.</summary>
/// <param name="Address">Without what one signs in with: it may be shown and stored.</param>
public sealed record GitRemote(string Address)
{
    /// <summary>The header that signs us in; null for none. It goes to git by its environment, which no other user can read.</summary>
    internal string? Authorization { get; private init; }

    /// <summary>Whether anything is shown there that signs us in.</summary>
    public bool SignsIn => Authorization is not null;

    /// <summary>Takes the token out of the address.</summary>
    /// <param name="setting">As the operator wrote it; an http address may hold a user, a password or a token before its @.</param>
    /// <param name="token">For an https address that holds none; null for none.</param>
    /// <param name="githubToken">The same where that is none either, for github.com and no other host.</param>
    /// <exception cref="FormatException">An http address that cannot be read: its password might be shown as part of it.</exception>
    public static GitRemote Of(string setting, string? token, string? githubToken = null)
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
        if (address.Scheme != Uri.UriSchemeHttps) return new GitRemote(setting);
        var shown = token is { Length: > 0 } ? token : IsGithub(address) ? githubToken : null;
        // The user under whom GitHub and its like take a token.
        return new GitRemote(setting) { Authorization = shown is { Length: > 0 } ? Basic($"x-access-token:{shown}") : null };
    }

    private static bool IsGithub(Uri address) => address.IsDefaultPort && address.IdnHost.Equals("github.com", StringComparison.OrdinalIgnoreCase);

    private static string Basic(string credentials) => $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
}
