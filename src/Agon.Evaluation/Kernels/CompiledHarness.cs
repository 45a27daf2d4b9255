using System.Collections.Immutable;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>
/// <c>./eval.out MODE CASEFILE</c>, compiled once from entry and harness. Its sandboxes hold the program and the cases
/// alone: sources and headers stay with the compiler (contract section 8.2).
/// </summary>
internal sealed record CompiledHarness : Harness
{
    private readonly ReadOnlyMemory<byte> program;

    private CompiledHarness(EvaluationJob job, ReadOnlyMemory<byte> program) : base(job) => this.program = program;

    /// <summary>Compiles; without a successful <see cref="Harness.Compilation"/> there is nothing to start.</summary>
    /// <param name="job">Its task's config is <paramref name="config"/>.</param>
    /// <param name="config">What to compile.</param>
    /// <param name="compiler">Of the task's language.</param>
    /// <param name="sandbox">Where the compiler runs: what it reads is a stranger's (threats T29, T57).</param>
    /// <param name="limit">When it is ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<CompiledHarness> CompileAsync(
        EvaluationJob job, TaskConfig.Compiled config, Compiler compiler, SandboxHost sandbox, TimeSpan limit, CancellationToken cancellationToken)
    {
        var words = CompilerCommand.Of(compiler.Path, job.Task, config, job.Gpu, job.Mode == EvaluationMode.Profile);
        var result = await sandbox.RunAsync(CompilerSpec(job, compiler, words, limit), onVerdictLine: null, cancellationToken);
        var compilation = CompileOutcome.Of(result, compiler, words, limit);
        return new CompiledHarness(job, compilation.Success ? result.VerdictBytes : default)
        {
            Runtime = compiler.Version,
            Compilation = compilation,
        };
    }

    public override HarnessStart Start(Phase phase)
    {
        var (name, cases) = KernelTask.CaseFile(phase, ImmutableDictionary<string, string>.Empty);
        ImmutableArray<string> command = [$"./{CompilerCommand.Output}", phase.HarnessMode, name];
        var spec = Sandboxed(phase, Started(command), ImmutableDictionary<string, string>.Empty.Add(name, cases)) with
        {
            Binaries = new Dictionary<string, ReadOnlyMemory<byte>> { [CompilerCommand.Output] = program },
        };
        var start = new HarnessStart(spec, string.Join(' ', command));
        return Phase.IsProfile(phase.Key) ? Callgrind.Watch(start, Job.Task.Lang) : start;
    }

    // A sandbox starts programs by absolute path, and only the walls know where the working folder is.
    private static ImmutableArray<string> Started(ImmutableArray<string> command) => ["/bin/sh", "-c", "exec \"$@\"", "start", .. command];

    private static SandboxSpec CompilerSpec(EvaluationJob job, Compiler compiler, ImmutableArray<string> words, TimeSpan limit) => new()
    {
        // The compiler and what it starts never hold the channel by which the program leaves.
        Command = ["/bin/sh", "-c", $"\"$@\" 3>&- || exit $?; exec cat ./{CompilerCommand.Output} >&3", "compile", .. words],
        Environment = ImmutableDictionary<string, string>.Empty.Add("LANG", "C.UTF-8"),
        Files = KernelTask.Files(job),
        ReadOnlyFolders = compiler.Folders,
        VerdictChannel = true,
        Limits = KernelTask.Limits(job, limit) with { VerdictBytes = CompileOutcome.MostProgramBytes },
        Cores = job.Device.Cores,
    };
}
