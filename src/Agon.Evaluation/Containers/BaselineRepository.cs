using System.Text.RegularExpressions;

namespace Agon.Evaluation.Containers;

/// <summary>The repository of baselines will not take it, and will not the next time: somebody has to do something.</summary>
public sealed class PushRefusedException(string message) : Exception(message);

/// <summary>Puts what was evaluated into the repository of baselines, under its version as the tag. Twice is once.</summary>
/// <remarks>From a repository of ours, which stays: a try that was cut off goes on, and what was promoted is here to be run.</remarks>
public sealed partial class BaselineRepository(GitRemote remote, SourceSettings settings)
{
    // A folder gives the same commit each time.
    private static readonly Dictionary<string, string> Author = new()
    {
        ["GIT_AUTHOR_NAME"] = "agon",
        ["GIT_AUTHOR_EMAIL"] = "agon@localhost",
        ["GIT_AUTHOR_DATE"] = "2026-01-01T00:00:00Z",
        ["GIT_COMMITTER_NAME"] = "agon",
        ["GIT_COMMITTER_EMAIL"] = "agon@localhost",
        ["GIT_COMMITTER_DATE"] = "2026-01-01T00:00:00Z",
    };

    private readonly GitRepository own = new(remote.Address, settings with { Remotes = [.. settings.Remotes, remote] });

    /// <param name="source">What was evaluated: a commit or a folder.</param>
    /// <param name="folder">Its files, where it is a folder; else null.</param>
    /// <param name="tag">The version.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>The commit that the tag names.</returns>
    /// <exception cref="PushRefusedException">The push was refused, or the tag is another commit's.</exception>
    /// <exception cref="SourceRefusedException">The commit cannot be fetched from where it was registered.</exception>
    /// <exception cref="PlatformFaultException">The repository of baselines does not answer: it may work later.</exception>
    public async Task<string> PushAsync(PinnedSource source, string? folder, string tag, CancellationToken cancellationToken)
    {
        var commit = await CommitOfAsync(source, folder, cancellationToken);
        switch (await FindAsync(tag, cancellationToken))
        {
            case null:
                await PushAsync(commit, tag, cancellationToken);
                break;
            case var other when other != commit:
                throw new PushRefusedException($"the tag {tag} exists in {remote.Address} and is another commit, {other}");
        }
        return commit;
    }

    private async Task<string> CommitOfAsync(PinnedSource source, string? folder, CancellationToken cancellationToken)
    {
        if (source is { Repository: { } repository, CommitHash: { } commit })
        {
            await own.FetchAsync(commit, cancellationToken, from: repository);
            return commit;
        }
        return folder is null ? throw new ArgumentException("an image alone has no code to push", nameof(source)) : await CommitAsync(folder, cancellationToken);
    }

    private async Task<string> CommitAsync(string folder, CancellationToken cancellationToken)
    {
        await own.MakeAsync(cancellationToken);
        var index = Path.Combine(own.Store, $"index-{Guid.NewGuid():N}");
        var environment = new Dictionary<string, string>(Author) { ["GIT_INDEX_FILE"] = index };
        try
        {
            await OursAsync(["-C", folder, "--git-dir", own.Store, "--work-tree", folder, "add", "--all", "--force", "."], environment, cancellationToken);
            var tree = await OursAsync(["--git-dir", own.Store, "write-tree"], environment, cancellationToken);
            var commit = await OursAsync(["--git-dir", own.Store, "commit-tree", "-m", "What was evaluated", tree], environment, cancellationToken);
            await OursAsync(["--git-dir", own.Store, "update-ref", $"refs/pins/{commit}", commit], environment, cancellationToken);
            return commit;
        }
        finally
        {
            File.Delete(index);
        }
    }

    /// <summary>The commit that the tag names there; null: there is no such tag.</summary>
    private async Task<string?> FindAsync(string tag, CancellationToken cancellationToken)
    {
        var listed = await GitTool.RunAsync(settings, remote, ["ls-remote", "--", remote.Address, $"refs/tags/{tag}", $"refs/tags/{tag}^{{}}"], cancellationToken);
        if (!listed.Succeeded) throw Failure($"{remote.Address} cannot be read", listed.Errors, listed.Complaint);
        // The last line is what an annotated tag leads to.
        return listed.Output.TrimEnd() is { Length: > 0 } lines ? lines.Split('\n')[^1].Split('\t')[0] : null;
    }

    private async Task PushAsync(string commit, string tag, CancellationToken cancellationToken)
    {
        var pushed = await GitTool.RunAsync(
            settings, remote, ["--git-dir", own.Store, "push", "--porcelain", "--no-verify", "--", remote.Address, $"{commit}:refs/tags/{tag}"], cancellationToken);
        if (pushed.Succeeded) return;
        var what = $"{tag} cannot be pushed to {remote.Address}";
        // A line of what it did: how it went, from:to, why.
        if (pushed.Output.Split('\n').FirstOrDefault(line => line.StartsWith('!')) is { } refused)
            throw new PushRefusedException($"{what}: {refused.Split('\t')[^1]}{Words(pushed.Errors)}");
        throw Failure(what, pushed.Errors, pushed.Complaint);
    }

    private static Exception Failure(string what, string errors, string complaint) => WillNot().IsMatch(errors)
        ? new PushRefusedException($"{what}: {complaint}")
        : new PlatformFaultException($"{what}: {complaint}");

    private async Task<string> OursAsync(string[] words, Dictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var answer = await GitTool.RunAsync(settings, null, words, cancellationToken, more: environment);
        return answer.Succeeded ? answer.Output.Trim() : throw new PlatformFaultException($"git could not keep a folder's content: {answer.Complaint}");
    }

    /// <summary>What the other side's hooks say.</summary>
    private static string Words(string errors)
    {
        var lines = errors.Split('\n').Where(line => line.StartsWith("remote: ", StringComparison.Ordinal)).Select(line => line["remote: ".Length..].Trim()).Where(line => line.Length > 0);
        return string.Join(' ', lines) is { Length: > 0 } words ? $": {words}" : "";
    }

    /// <summary>What does not go away by waiting: no such repository, or not for us.</summary>
    [GeneratedRegex("Authentication failed|could not read (Username|Password)|returned error: 40[134]|[Rr]epository .*not found|does not appear to be a git repository|Permission denied")]
    private static partial Regex WillNot();
}
