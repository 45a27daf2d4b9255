using System.Collections.Immutable;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary><c>python3 MAIN MODE CASEFILE</c>, after one warm-up of the entry (contract section 8.2).</summary>
internal sealed record PythonHarness : Harness
{
    private readonly Interpreter interpreter;
    private readonly string main;
    private readonly ReadOnlyMemory<byte> cache;

    private PythonHarness(EvaluationJob job, string main, Interpreter interpreter, ReadOnlyMemory<byte> cache) : base(job) =>
        (this.interpreter, this.main, this.cache) = (interpreter, main, cache);

    public static async Task<PythonHarness> PrepareAsync(
        EvaluationJob job, string main, SandboxHost sandbox, TimeProvider clock, CancellationToken cancellationToken)
    {
        var interpreter = await Interpreter.FindAsync(job.Device.Interpreter, clock, cancellationToken);
        var (compilation, cache) = await WarmUp.RunAsync(job, interpreter, sandbox, cancellationToken);
        return new PythonHarness(job, main, interpreter, cache) { Runtime = interpreter.Runtime, Compilation = compilation };
    }

    public override HarnessStart Start(Phase phase)
    {
        var files = KernelTask.Files(Job);
        var (name, cases) = KernelTask.CaseFile(phase, files);
        ImmutableArray<string> command = [interpreter.Path, "-B", main, phase.HarnessMode, name];
        var spec = Sandboxed(phase, command, files.Add(name, cases)) with { ReadOnlyFolders = interpreter.Folders };
        return new HarnessStart(cache.IsEmpty ? spec : WarmUp.WithCache(spec, cache), string.Join(' ', command));
    }
}
