using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>Git without anybody's settings, credentials, hooks or helpers, within a time limit and a size limit.</summary>
internal static class GitTool
{
    private const string Git = "/usr/bin/git";

    /// <summary>No pack grows beyond it, whatever the other side sends.</summary>
    private const long LargestFile = 1L << 30;

    private static readonly string[] Passed = ["https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"];

    private static readonly string[] Careful =
    [
        "-c", "core.hooksPath=/dev/null", "-c", "credential.helper=", "-c", "safe.directory=*", "-c", "protocol.version=2",
        "-c", "transfer.fsckObjects=true", "-c", "gc.auto=0", "-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60",
    ];

    /// <param name="settings">The limits, and which ways a participant's address may take.</param>
    /// <param name="remote">The operator's own repository, if that is who it talks to: any way, signed in, and no redirect that would take the sign-in elsewhere.</param>
    /// <param name="words">What git is to do.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <param name="output">Takes its output; null keeps the first megabyte.</param>
    /// <param name="more">More environment.</param>
    /// <exception cref="PlatformFaultException">There is no git.</exception>
    internal static Task<ToolAnswer> RunAsync(
        SourceSettings settings, GitRemote? remote, IReadOnlyList<string> words, CancellationToken cancellationToken,
        Stream? output = null, IReadOnlyDictionary<string, string>? more = null)
    {
        if (!File.Exists(Git)) throw new PlatformFaultException("git is not installed: apt-get install git");
        Directory.CreateDirectory(settings.DataFolder);
        string[] redirects = ["-c", $"http.followRedirects={(remote is { SignsIn: true } ? "false" : "initial")}"];
        return Tool.RunAsync(
            new ToolCall(["/usr/bin/prlimit", $"--fsize={LargestFile}", "--core=0", "--", Git, .. Careful, .. redirects, .. words], Environment(settings, remote, more), settings.FetchLimit)
            {
                Output = output,
            },
            cancellationToken);
    }

    private static Dictionary<string, string> Environment(SourceSettings settings, GitRemote? remote, IReadOnlyDictionary<string, string>? more)
    {
        var environment = new Dictionary<string, string>(more ?? new Dictionary<string, string>())
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = "/nonexistent",
            ["LC_ALL"] = "C",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "/bin/false",
            ["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes",
            ["GIT_ALLOW_PROTOCOL"] = remote is not null ? "https:http:file:ssh" : settings.AllowLocalRepositories ? "https:http:file" : "https",
            ["GIT_NO_LAZY_FETCH"] = "1",
        };
        foreach (var name in remote is null ? Passed : [.. Passed, "SSH_AUTH_SOCK"])
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) environment[name] = value;
        if (remote?.Authorization is { } header)
        {
            environment["GIT_CONFIG_COUNT"] = "1";
            environment["GIT_CONFIG_KEY_0"] = $"http.{remote.Address}.extraHeader";
            environment["GIT_CONFIG_VALUE_0"] = header;
        }
        return environment;
    }
}
