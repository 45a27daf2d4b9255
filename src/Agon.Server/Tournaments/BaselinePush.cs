using System.Diagnostics;
using Agon.Domain.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>The winner's code did not get into the baseline's repository.</summary>
internal sealed class BaselinePushException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Puts what was evaluated into the baseline's repository, under its version as the tag, by the git command line. Twice is once.</summary>
internal static class BaselinePush
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    // No hooks, no credentials asked for, no settings of this machine's users, and nothing that another transport would start.
    private static readonly (string Name, string Value)[] Quiet =
    [
        ("GIT_TERMINAL_PROMPT", "0"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_ALLOW_PROTOCOL", "https:http:file:ssh"),
        ("GIT_AUTHOR_NAME", "agon"), ("GIT_AUTHOR_EMAIL", "agon@localhost"), ("GIT_COMMITTER_NAME", "agon"), ("GIT_COMMITTER_EMAIL", "agon@localhost"),
        // A folder gives the same commit each time.
        ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"), ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
    ];

    /// <summary>The remote as others may see it: the token that its address may hold stays here.</summary>
    public static string Shown(string remote) => Uri.TryCreate(remote, UriKind.Absolute, out var address) && address.UserInfo.Length > 0
        ? new UriBuilder(address) { UserName = "", Password = "" }.Uri.ToString()
        : remote;

    /// <returns>The commit that the tag names.</returns>
    /// <exception cref="BaselinePushException">The repository or the commit is gone, the push was refused, or the tag is another commit's.</exception>
    public static async Task<string> RunAsync(ParticipantSource source, string remote, string tag, CancellationToken cancellationToken)
    {
        var place = Directory.CreateTempSubdirectory("agon-push-").FullName;
        try
        {
            await GitAsync(place, ["init", "--quiet"], cancellationToken);
            var commit = source switch
            {
                { Repository: { } from, CommitHash: { } hash } => await FetchAsync(place, from, hash, cancellationToken),
                { Folder: { } folder } => await CommitAsync(place, folder, cancellationToken),
                _ => throw new BaselinePushException("the winner is an image alone: there is no code to push"),
            };
            var there = await GitAsync(place, ["ls-remote", "--", remote, $"refs/tags/{tag}"], cancellationToken);
            if (there.Length > 0 && !there.StartsWith(commit, StringComparison.Ordinal))
                throw new BaselinePushException($"the tag {tag} exists in {Shown(remote)} and is another commit");
            if (there.Length == 0)
                await GitAsync(place, ["push", "--quiet", "--no-verify", "--", remote, $"{commit}:refs/tags/{tag}"], cancellationToken);
            return commit;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static async Task<string> FetchAsync(string place, string from, string commit, CancellationToken cancellationToken)
    {
        await GitAsync(place, ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", from, commit], cancellationToken);
        return commit;
    }

    private static async Task<string> CommitAsync(string place, string folder, CancellationToken cancellationToken)
    {
        await GitAsync(place, ["--work-tree", Path.GetFullPath(folder), "add", "--all", "--force", "."], cancellationToken);
        await GitAsync(place, ["commit", "--quiet", "--no-verify", "--message", "What was evaluated"], cancellationToken);
        return (await GitAsync(place, ["rev-parse", "HEAD"], cancellationToken)).Trim();
    }

    // Git quotes addresses, and ours may hold a token.
    private static string Told(string errors, IEnumerable<string> arguments) =>
        arguments.Where(argument => Shown(argument) != argument).Aggregate(errors, (text, secret) => text.Replace(secret, Shown(secret), StringComparison.Ordinal))
            .ReplaceLineEndings(" ").Trim();

    private static async Task<string> GitAsync(string place, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var start = new ProcessStartInfo("git", ["-c", "core.hooksPath=/dev/null", "--git-dir", Path.Combine(place, ".git"), .. arguments])
        {
            WorkingDirectory = place,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in Quiet)
            start.Environment[name] = value;
        try
        {
            using var git = Process.Start(start)!;
            git.StandardInput.Close();
            var (output, errors) = (git.StandardOutput.ReadToEndAsync(limit.Token), git.StandardError.ReadToEndAsync(limit.Token));
            try
            {
                await git.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                git.Kill(entireProcessTree: true);
                throw;
            }
            return git.ExitCode == 0 ? await output : throw new BaselinePushException($"git {arguments[0]} failed: {Told(await errors, arguments)}");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new BaselinePushException("git is not installed", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BaselinePushException($"git {arguments[0]} did not end within {Limit.TotalMinutes} min", error);
        }
    }
}
