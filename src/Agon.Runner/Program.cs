using System.Runtime.InteropServices;
using Agon.Runner;

// The caller is gone, or wants no more: both mean that the entry ends, and this process with it. Not disposed: the
// thread that watches standard input may still be about to cancel it.
var gone = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, EndEntry);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, EndEntry);

return RunnerArguments.Parse(args) switch
{
    RunnerArguments.Help => Say(Console.Out, RunnerArguments.Usage, RunnerExit.Reported),
    RunnerArguments.Wrong(var reason) => Say(Console.Error, $"agon-runner: {reason}; see agon-runner --help", RunnerExit.BadJob),
    RunnerArguments.Run run => await new RunnerProgram(run, TimeProvider.System, gone).RunAsync(),
    _ => throw new System.Diagnostics.UnreachableException(),
};

void EndEntry(PosixSignalContext signal)
{
    signal.Cancel = true;
    gone.Cancel();
}

static int Say(TextWriter to, string text, int exitCode)
{
    to.WriteLine(text);
    return exitCode;
}
