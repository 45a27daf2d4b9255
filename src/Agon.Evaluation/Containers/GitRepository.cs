using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>A participant's repository, kept as a bare one of ours that has nothing but the pinned commits.</summary>
/// <remarks>
/// No submodules; foreign words stand behind <c>--</c>. It never makes a working tree: the files leave it as an archive, under our archive rules.
/// </remarks>
internal sealed partial class GitRepository(string address, SourceSettings settings)
{
    /// <summary>The operator's own repository, if this is it: signed in, and with its whole history, so that it can be pushed to.</summary>
    private readonly GitRemote? remote = settings.Remotes.FirstOrDefault(one => one.Address == address);

    /// <summary>The folder of ours that has one for each address.</summary>
    internal const string Stores = "repositories";

    internal string Store { get; } = Path.Combine(settings.DataFolder, Stores, NameOf(address, settings));

    internal static string NameOf(string address, SourceSettings settings) => Hash(address) + (settings.Remotes.Any(one => one.Address == address) ? "-whole" : "");

    /// <summary>The commit that a branch, a tag or the default branch names now; a full commit names itself. It is here afterwards.</summary>
    /// <exception cref="SourceRefusedException">Unreachable, or no such thing.</exception>
    internal async Task<string> ResolveAsync(string? name, CancellationToken cancellationToken)
    {
        if (AddressRefusal(address, settings.AllowLocalRepositories) is { } refusal) throw new SourceRefusedException(refusal);
        // Never signed in: who registers it gets what everybody gets.
        var listed = await RunAsync(["ls-remote", "--", address], cancellationToken);
        if (!listed.Succeeded) throw new SourceRefusedException($"the repository {address} cannot be reached: {listed.Complaint}");
        var commit = Choose(listed.Output, name)
            ?? throw new SourceRefusedException($"the repository {address} has no {(name is null ? "commits" : $"branch or tag '{name}'")}");
        await FetchAsync(commit, cancellationToken);
        return commit;
    }

    /// <summary>Makes sure that the commit is here, and keeps it.</summary>
    /// <param name="commit">In full.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <param name="from">Another repository that has it, a participant's; null for this one.</param>
    internal async Task FetchAsync(string commit, CancellationToken cancellationToken, string? from = null)
    {
        if (await HasAsync(commit, cancellationToken)) return;
        await MakeAsync(cancellationToken);
        var names = from is null ? "refs/all" : $"refs/from/{Hash(from)}";
        string[] whole = remote is null ? ["--depth=1"] : [];
        ClearCutOffPacks();
        ToolAnswer? fetched = null;
        // Not every server gives away a commit by itself; all of its branches and tags do then.
        foreach (var what in (string[][])[[$"+{commit}:refs/pins/{commit}"], [$"+refs/heads/*:{names}/heads/*", $"+refs/tags/*:{names}/tags/*"]])
        {
            string[] depth = what.Length == 1 ? whole : [];
            fetched = await RunAsync(
                ["--git-dir", Store, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", .. depth, "--", from ?? address, .. what],
                cancellationToken, from is null ? remote : null);
            if (fetched.Succeeded && await HasAsync(commit, cancellationToken)) return;
        }

        throw new SourceRefusedException(fetched!.Succeeded
            ? $"the repository {from ?? address} has no commit {commit}"
            : $"commit {commit} cannot be fetched from {from ?? address}: {fetched.Complaint}");
    }

    /// <summary>Makes our own repository; again, it does nothing.</summary>
    internal async Task MakeAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Store);
        OldSources.Use(Store);
        var made = await RunAsync(["init", "--quiet", "--bare", "--template=", "--", Store], cancellationToken);
        if (!made.Succeeded) throw new PlatformFaultException($"git could not make a repository in {Store}: {made.Complaint}");
        await ForgetAttributesAsync(cancellationToken);
    }

    /// <summary>A fetch that was ended leaves what it had so far, up to a whole pack; what is older than a fetch may last is nobody's.</summary>
    private void ClearCutOffPacks()
    {
        var packs = Path.Combine(Store, "objects", "pack");
        if (!Directory.Exists(packs)) return;
        foreach (var pack in Directory.EnumerateFiles(packs, "tmp_*").Where(pack => File.GetLastWriteTimeUtc(pack) + settings.FetchLimit < TimeProvider.System.GetUtcNow()))
            File.Delete(pack);
    }

    /// <summary>Attributes of what is in it must not leave files out, nor rewrite them.</summary>
    private async Task ForgetAttributesAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(Store, "info"));
        await File.WriteAllTextAsync(Path.Combine(Store, "info", "attributes"), "* -export-ignore -export-subst -text -ident -filter -working-tree-encoding\n", cancellationToken);
    }

    /// <summary>Writes the commit's files into an empty folder.</summary>
    internal async Task CheckOutAsync(string commit, string folder, CancellationToken cancellationToken)
    {
        await ForgetAttributesAsync(cancellationToken);
        using var archive = ScratchFile.Open();
        using var capped = new CappedStream(archive, settings.SourceBytes * 2);
        var made = await RunAsync(["--git-dir", Store, "archive", "--format=tar", commit], cancellationToken, output: capped);
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
        Directory.Exists(Store) && (await RunAsync(["--git-dir", Store, "cat-file", "-e", commit + "^{commit}"], cancellationToken)).Succeeded;

    private Task<ToolAnswer> RunAsync(string[] words, CancellationToken cancellationToken, GitRemote? signedIn = null, Stream? output = null) =>
        GitTool.RunAsync(settings, signedIn, words, cancellationToken, output);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
