using Microsoft.AspNetCore.Http;

namespace Agon.Cli.Servers;

/// <summary>Where a server is told to listen.</summary>
internal static class ListenAddress
{
    /// <summary>The address as it was given.</summary>
    /// <exception cref="CommandFailure">No server could listen there, on no machine.</exception>
    public static string Checked(string url) => IsOne(url.Trim())
        ? url.Trim()
        : throw CommandFailure.Usage($"--urls is '{url}'; it must be http://HOST:PORT, such as {ServerCommands.DefaultUrl} (https is for a proxy in front)");

    private static bool IsOne(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http", PathBase: "", Port: >= 0 and <= 65_535, Host.Length: > 0 };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
