using Agon.Evaluation.Processes;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Sandbox;

/// <summary>The five ways between us and a sandbox, and what came over them.</summary>
internal sealed class SandboxChannels : IDisposable
{
    private readonly SafeFileHandle talk;
    private readonly SafeFileHandle[] ours;
    private readonly LineSplitter? lines;
    private readonly OutputCapture stdout;
    private readonly OutputCapture greeting = new(256);
    private readonly OutputCapture complaints = new(4096);
    private readonly OutputCapture ending = new(4096);
    private Action<string>? listener;
    private readonly TailCapture? tail;
    private ArchiveCapture? archive;
    private bool started;

    internal SandboxChannels(SandboxLimits limits, Action<string>? onVerdictLine)
    {
        (stdout, Stderr, Verdict) = (new(limits.OutputBytes), new(limits.OutputBytes), new(limits.VerdictBytes));
        tail = limits.KeepEndOfStdout ? new TailCapture(limits.OutputBytes) : null;
        listener = onVerdictLine;
        lines = onVerdictLine is null ? null : new LineSplitter(Tell);
        (talk, var talkInside) = Descriptors.SocketPair();
        var (output, outputInside) = Descriptors.Pipe();
        var (tools, toolsInside) = Descriptors.Pipe();
        var (end, endInside) = Descriptors.Pipe();
        var (errors, errorsInside) = Descriptors.Pipe();
        ours = [talk, output, tools, end, errors];
        Inside = [talkInside, outputInside, toolsInside, endInside, errorsInside];
        Watch.Add(talk, TakeTalk);
        Watch.Add(output, tail is null ? stdout.Append : tail.Append);
        Watch.Add(tools, complaints.Append);
        Watch.Add(end, TakeEnd);
        Watch.Add(errors, Stderr.Append);
    }

    /// <summary>The sandbox's ends: its descriptors 0 (talk), 1 (output), 2 (our tools' complaints), 3 (how it ended), 4 (errors).</summary>
    internal IReadOnlyList<SafeFileHandle> Inside { get; }

    internal DescriptorWatch Watch { get; } = new();
    internal string Stdout => tail?.ToString() ?? stdout.ToString();
    internal OutputCapture Stderr { get; }
    internal OutputCapture Verdict { get; }

    /// <summary>Whether the sandbox stands, with the program at its door.</summary>
    internal bool Ready => greeting.ToString() == BoxScripts.Ready + "\n";

    /// <summary>How the program ended by itself; null as long as the first process inside has not told.</summary>
    internal ProgramEnd? End => EndReport.Read(ending.ToString());

    /// <summary>What our own tools said: why a sandbox could not be built.</summary>
    internal string Complaints => (complaints + (started ? "" : Stderr.ToString())).Trim();

    /// <summary>The program starts; from now on it is the program that talks.</summary>
    /// <exception cref="SandboxFaultException">Nobody is there to hear it.</exception>
    internal void Go(string message)
    {
        if (!Descriptors.Send(talk, System.Text.Encoding.UTF8.GetBytes(message)))
            throw new SandboxFaultException("the sandbox was gone before its program could start");
        started = true;
    }

    /// <summary>Asks the first process inside for the output folder; from now on it is the archive that comes from there.</summary>
    internal ArchiveCapture? AskFor(SandboxOutput output)
    {
        archive = new ArchiveCapture(output);
        return Descriptors.Send(talk, System.Text.Encoding.UTF8.GetBytes(output.Folder + "\n")) ? archive : null;
    }

    /// <summary>Our copies of the sandbox's ends: as long as one is open here, there is no end of file.</summary>
    internal void CloseInside()
    {
        foreach (var end in Inside) end.Dispose();
    }

    public void Dispose()
    {
        CloseInside();
        foreach (var end in ours) end.Dispose();
    }

    private void TakeTalk(ReadOnlySpan<byte> bytes)
    {
        if (!started)
        {
            greeting.Append(bytes);
            return;
        }

        if (Verdict.Overflowed) return;
        Verdict.Append(bytes);
        if (!Verdict.Overflowed) lines?.Append(bytes);
    }

    private void TakeEnd(ReadOnlySpan<byte> bytes)
    {
        if (archive is null) ending.Append(bytes);
        else archive.Append(bytes);
    }

    /// <summary>A listener that threw is not told again: the lines behind would throw in the middle of clearing up.</summary>
    private void Tell(string line)
    {
        var told = listener;
        listener = null;
        told?.Invoke(line);
        listener = told;
    }
}
