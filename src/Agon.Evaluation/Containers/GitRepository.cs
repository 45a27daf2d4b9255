using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>A participant's repository, kept as a bare one of ours that has nothing but the pinned commits.</summary>
/// <remarks>
/// Git runs without anybody's settings, credentials, hooks, helpers or submodules; foreign words stand behind <c>--</c>. It
/// never makes a working tree: the files leave it as an archive, under our archive rules.
/// </remarks>
internal sealed partial class GitRepository(string address, SourceSettings settings)
{
    private const string Git = "/usr/bin/git";

    /// <summary>No pack of a participant grows beyond it, whatever the other side sends.</summary>
    private const long LargestFile = 1L << 30;

    private static readonly string[] Passed = ["https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    private readonly string store = Path.Combine(settings.DataFolder, "repositories", Hash(address));

    /// <summary>The commit that a branch, a tag or the default branch names now; a full commit names itself. It is here afterwards.</summary>
    /// <exception cref="SourceRefusedException">Unreachable, or no such thing.</exception>
    internal async Task<string> ResolveAsync(string? name, CancellationToken cancellationToken)
    {
        if (AddressRefusal(address, settings.AllowLocalRepositories) is { } refusal) throw new SourceRefusedException(refusal);
        var listed = await RunAsync(["ls-remote", "--", address], cancellationToken);
        if (!listed.Succeeded) throw new SourceRefusedException($"the repository {address} cannot be reached: {listed.Complaint}");
        var commit = Choose(listed.Output, name)
            ?? throw new SourceRefusedException($"the repository {address} has no {(name is null ? "commits" : $"branch or tag '{name}'")}");
        await FetchAsync(commit, cancellationToken);
        return commit;
    }

    /// <summary>Makes sure that the commit is here, and keeps it.</summary>
    internal async Task FetchAsync(string commit, CancellationToken cancellationToken)
    {
        if (await HasAsync(commit, cancellationToken)) return;
        Directory.CreateDirectory(store);
        var made = await RunAsync(["init", "--quiet", "--bare", "--template=", "--", store], cancellationToken);
        if (!made.Succeeded) throw new PlatformFaultException($"git could not make a repository in {store}: {made.Complaint}");
        ToolAnswer? fetched = null;
        // Not every server gives away a commit by itself; all of its branches and tags do then.
        foreach (var what in (string[][])[[$"+{commit}:refs/pins/{commit}"], ["+refs/heads/*:refs/all/heads/*", "+refs/tags/*:refs/all/tags/*"]])
        {
            string[] depth = what.Length == 1 ? ["--depth=1"] : [];
            fetched = await RunAsync(["--git-dir", store, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", .. depth, "--", address, .. what], cancellationToken);
            if (fetched.Succeeded && await HasAsync(commit, cancellationToken)) return;
        }

        throw new SourceRefusedException(fetched!.Succeeded
            ? $"the repository {address} has no commit {commit}"
            : $"commit {commit} cannot be fetched from {address}: {fetched.Complaint}");
    }

    /// <summary>Writes the commit's files into an empty folder.</summary>
    internal async Task CheckOutAsync(string commit, string folder, CancellationToken cancellationToken)
    {
        // Attributes of the repository must not leave files out of what runs, nor rewrite them.
        Directory.CreateDirectory(Path.Combine(store, "info"));
        await File.WriteAllTextAsync(Path.Combine(store, "info", "attributes"), "* -export-ignore -export-subst\n", cancellationToken);
        using var archive = ScratchFile.Open();
        using var capped = new CappedStream(archive, settings.SourceBytes * 2);
        var made = await RunAsync(["--git-dir", store, "archive", "--format=tar", commit], cancellationToken, capped);
        if (capped.Overflowed) throw new SourceRefusedException($"the repository is larger than {settings.SourceBytes >> 20} MiB");
        if (!made.Succeeded) throw new PlatformFaultException($"git could not read commit {commit}: {made.Complaint}");
        archive.Position = 0;
        try
        {
            FolderArchive.Extract(archive, folder, new ArchiveLimits("repository", settings.SourceBytes, settings.SourceEntries, KeepExecutable: true));
        }
        catch (ArchiveRefusedException refused)
        {
            throw new SourceRefusedException(refused.Message, refused);
        }
    }

    /// <summary>Why no repository is read from there; null if it may be.</summary>
    internal static string? AddressRefusal(string address, bool allowLocal)
    {
        if (address.Length > 500 || address.Any(char.IsControl)) return "the repository's address is no address";
        if (allowLocal && (address.StartsWith('/') || address.StartsWith("file:///", StringComparison.Ordinal) || address.StartsWith("http://", StringComparison.Ordinal)))
            return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.Host.Length == 0)
            return $"the repository '{address}' is no https address";
        return uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
            ? "the repository's address holds more than host and path"
            : null;
    }

    /// <summary>Picks a commit from what <c>git ls-remote</c> lists: full hash, branch, tag (what it points to), or HEAD.</summary>
    internal static string? Choose(string listed, string? name)
    {
        if (name is not null && FullCommit().IsMatch(name)) return name;
        var refs = new Dictionary<string, string>();
        foreach (var line in listed.Split('\n'))
            if (line.Split('\t') is [var hash, var reference] && FullCommit().IsMatch(hash)) refs[reference.TrimEnd('\r')] = hash;
        string[] places = name is null ? ["HEAD"] : [$"refs/heads/{name}", $"refs/tags/{name}^{{}}", $"refs/tags/{name}"];
        return places.Select(place => refs.GetValueOrDefault(place)).FirstOrDefault(hash => hash is not null);
    }

    [GeneratedRegex("^[0-9a-f]{40}$")]
    internal static partial Regex FullCommit();

    private async Task<bool> HasAsync(string commit, CancellationToken cancellationToken) =>
        Directory.Exists(store) && (await RunAsync(["--git-dir", store, "cat-file", "-e", commit + "^{commit}"], cancellationToken)).Succeeded;

    private async Task<ToolAnswer> RunAsync(string[] words, CancellationToken cancellationToken, Stream? output = null)
    {
        if (!File.Exists(Git)) throw new PlatformFaultException("git is not installed: apt-get install git");
        Directory.CreateDirectory(settings.DataFolder);
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = "/nonexistent",
            ["LC_ALL"] = "C",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "/bin/false",
            ["GIT_ALLOW_PROTOCOL"] = settings.AllowLocalRepositories ? "https:http:file" : "https",
            ["GIT_NO_LAZY_FETCH"] = "1",
        };
        foreach (var name in Passed)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) environment[name] = value;
        string[] careful =
        [
            "-c", "core.hooksPath=/dev/null", "-c", "credential.helper=", "-c", "safe.directory=*", "-c", "protocol.version=2",
            "-c", "transfer.fsckObjects=true", "-c", "gc.auto=0", "-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60", "-c", "http.followRedirects=initial",
        ];
        return await Tool.RunAsync(
            new ToolCall(["/usr/bin/prlimit", $"--fsize={LargestFile}", "--core=0", "--", Git, .. careful, .. words], environment, settings.FetchLimit) { Output = output },
            cancellationToken);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
