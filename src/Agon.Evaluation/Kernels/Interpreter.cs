using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>The Python that runs harnesses, and the folders outside /usr that it lives in.</summary>
/// <param name="Path">Absolute, free of links that a sandbox could not follow.</param>
/// <param name="Folders">To be bound read-only; empty where /usr holds all of it.</param>
/// <param name="Runtime">Such as <c>Python 3.11.2</c>.</param>
internal sealed record Interpreter(string Path, ImmutableArray<string> Folders, string Runtime)
{
    private const string SystemPython = "/usr/bin/python3";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    // In a virtual environment the link itself is the interpreter, else what it leads to.
    private const string Question = """
        import os, sys
        real = os.path.realpath(sys.executable)
        path = sys.executable if sys.prefix != sys.base_prefix else real
        print(path, os.path.dirname(real), sys.prefix, sys.base_prefix, sys.version.split()[0], sep="\n")
        """;

    /// <summary>The device's own, else /usr/bin/python3, else the one on the PATH.</summary>
    /// <exception cref="SandboxFaultException">There is none, or it does not work: the machine's fault.</exception>
    public static async Task<Interpreter> FindAsync(string? wanted, TimeProvider clock, CancellationToken cancellationToken)
    {
        var python = wanted ?? (File.Exists(SystemPython) ? SystemPython : OnPath())
            ?? throw new SandboxFaultException("there is no Python on this machine: install python3, or name one with the device's interpreter");
        if (!System.IO.Path.IsPathFullyQualified(python))
            throw new SandboxFaultException($"the device's interpreter '{python}' is not an absolute path");
        if (!File.Exists(python))
            throw new SandboxFaultException($"the device's interpreter '{python}' does not exist");

        var answer = (await AskAsync(python, clock, cancellationToken)).Split('\n', StringSplitOptions.TrimEntries);
        if (answer is not [var path, var home, var prefix, var basePrefix, var version, ..])
            throw new SandboxFaultException($"'{python}' does not answer as a Python 3 interpreter");
        return new Interpreter(path, Outside([home, prefix, basePrefix]), $"Python {version}");
    }

    private static string? OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Where(System.IO.Path.IsPathFullyQualified)
            .Select(folder => System.IO.Path.Combine(folder, "python3"))
            .FirstOrDefault(File.Exists);

    /// <summary>Those that a sandbox does not show anyway; one that lies in another is bound with it.</summary>
    private static ImmutableArray<string> Outside(string[] folders)
    {
        var outside = folders.Where(folder => folder.Length > 1 && !IsWithin(folder, "/usr")).Distinct().ToList();
        return [.. outside.Where(folder => !outside.Any(other => other != folder && IsWithin(folder, other)))];
    }

    private static bool IsWithin(string folder, string outer) =>
        folder == outer || folder.StartsWith(outer + "/", StringComparison.Ordinal);

    private static async Task<string> AskAsync(string python, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(python, ["-I", "-c", Question])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var limit = new CancellationTokenSource(AnswerLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var process = Started(start);
        try
        {
            process.StandardInput.Close();
            var said = process.StandardOutput.ReadToEndAsync(either.Token);
            var complained = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? await said
                : throw new SandboxFaultException($"'{python}' failed with exit code {process.ExitCode}: {PlainText.OneLine(await complained, 300)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SandboxFaultException($"'{python}' did not answer within {AnswerLimit.TotalSeconds} s");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new SandboxFaultException($"'{start.FileName}' could not be started: {error.Message}", error);
        }
    }
}
