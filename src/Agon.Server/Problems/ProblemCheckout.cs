using System.ComponentModel;
using System.Diagnostics;

namespace Agon.Server.Problems;

/// <summary>A repository of problems on this machine: a configured folder as it is, anything else as a clone that goes when it is disposed.</summary>
internal sealed class ProblemCheckout : IAsyncDisposable
{
    // Contract section 7.4.
    private static readonly TimeSpan DownloadLimit = TimeSpan.FromSeconds(60);

    private readonly string? clone;

    private ProblemCheckout(string folder, string? clone)
    {
        this.clone = clone;
        Problems = Path.Combine(folder, "problems");
    }

    /// <summary>The repository's folder of competition files.</summary>
    public string Problems { get; }

    /// <exception cref="CheckoutException">It could not be cloned, or has no folder <c>problems</c>.</exception>
    public static async Task<ProblemCheckout> OpenAsync(string address, string branch, CancellationToken cancellationToken)
    {
        var checkout = Directory.Exists(address) && !IsBare(address)
            ? new ProblemCheckout(Path.GetFullPath(address), clone: null)
            : await CloneAsync(address, branch, cancellationToken);
        if (Directory.Exists(checkout.Problems))
            return checkout;
        await checkout.DisposeAsync();
        throw new CheckoutException("the repository has no folder 'problems'");
    }

    public ValueTask DisposeAsync()
    {
        if (clone is not null)
            Directory.Delete(clone, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static bool IsBare(string folder) => File.Exists(Path.Combine(folder, "HEAD")) && Directory.Exists(Path.Combine(folder, "objects"));

    private static async Task<ProblemCheckout> CloneAsync(string address, string branch, CancellationToken cancellationToken)
    {
        // For this user alone.
        var folder = Directory.CreateTempSubdirectory("agon-problems-").FullName;
        var checkout = new ProblemCheckout(folder, clone: folder);
        try
        {
            await GitAsync(["clone", "--quiet", "--depth", "1", "--single-branch", "--no-tags", "--branch", branch, "--", address, folder], cancellationToken);
            return checkout;
        }
        catch
        {
            await checkout.DisposeAsync();
            throw;
        }
    }

    private static async Task GitAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        // No hook, no helper program, no question: what is cloned is read, never run.
        var start = new ProcessStartInfo("git", ["-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DownloadLimit);
        using var git = Started(start);
        git.StandardInput.Close();
        try
        {
            var complaint = await git.StandardError.ReadToEndAsync(limit.Token);
            await git.WaitForExitAsync(limit.Token);
            // What git says may hold the address, and with it a password.
            if (git.ExitCode != 0)
                throw new CheckoutException(complaint.Contains("Remote branch", StringComparison.Ordinal) ? "the repository has no such branch" : "git could not clone the repository");
        }
        catch (OperationCanceledException)
        {
            git.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new CheckoutException($"the repository did not arrive within {DownloadLimit.TotalSeconds} s");
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new CheckoutException("there is no git on the server to clone the repository with");
        }
    }
}

/// <summary>A repository of problems could not be had; the message is for operators and names no secret.</summary>
internal sealed class CheckoutException(string message) : Exception(message);
