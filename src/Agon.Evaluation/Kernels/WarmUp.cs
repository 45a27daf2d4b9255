using System.Collections.Immutable;
using System.Globalization;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>The one run of a Python entry alone that fills the caches of compilers it may call (contract section 8.2).</summary>
/// <remarks>
/// What it leaves in the cache folder goes out as an archive and into every phase as a fresh copy, so that no phase sees
/// what another one wrote (threats T22). The copy itself is writable: compilers take a lock in their folder even where
/// they find all they need. The archive is only ever unpacked inside a sandbox.
/// </remarks>
internal static class WarmUp
{
    // How our own script says that it failed; the archive is then not whole.
    private const string Failed = "125";

    private const string Archive = ".agon-cache.tar";

    /// <summary>The largest archive that is carried on; of a larger one nothing is.</summary>
    private const int MostCacheBytes = 64 << 20;

    // The line that torch's extension builder prints when it calls a compiler.
    private const string BuildMark = "-DTORCH_EXTENSION_NAME";

    private const string Folders = """
        cache=$PWD/.agon-cache
        mkdir "$cache"
        export TORCH_EXTENSIONS_DIR="$cache/torch" TRITON_CACHE_DIR="$cache/triton" CUDA_CACHE_PATH="$cache/cuda" XDG_CACHE_HOME="$cache/other"

        """;

    private const string Fill = $$"""
        unset POPCORN_FD
        {{Folders}}
        "$@" 3>&-
        code=$?
        cd "$cache" || exit {{Failed}}
        [ -z "$(ls -A)" ] || tar -cf - . >&3 || exit {{Failed}}
        exit $code
        """;

    private const string Unpack = $$"""
        {{Folders}}
        tar --no-same-owner -xf {{Archive}} -C "$cache" || echo 'agon: the compile cache could not be unpacked' >&2
        exec "$@"
        """;

    /// <summary>Runs the entry; whatever becomes of it, the job goes on.</summary>
    public static async Task<(Compilation? Compilation, ReadOnlyMemory<byte> Cache)> RunAsync(
        EvaluationJob job, Interpreter interpreter, SandboxHost sandbox, CancellationToken cancellationToken)
    {
        if (EntryFile(job.Task) is not { } entry)
            return (null, default);
        ImmutableArray<string> command = [interpreter.Path, "-B", entry];
        var result = await sandbox.RunAsync(Spec(job, interpreter, command), onVerdictLine: null, cancellationToken);
        return (Compiled(result, string.Join(' ', command)), result.End is ProgramEnd.Exited(var code) && code.ToString(CultureInfo.InvariantCulture) != Failed ? result.VerdictBytes : default);
    }

    /// <summary>The same program, which finds the caches as the warm-up left them.</summary>
    public static SandboxSpec WithCache(SandboxSpec spec, ReadOnlyMemory<byte> cache) => spec with
    {
        Command = ["/bin/sh", "-c", Unpack, "unpack", .. spec.Command],
        Binaries = new Dictionary<string, ReadOnlyMemory<byte>> { [Archive] = cache },
    };

    private static SandboxSpec Spec(EvaluationJob job, Interpreter interpreter, ImmutableArray<string> command)
    {
        // Waiting longer than the first phase may take helps no entry.
        var limit = Phases.Of(job.Task, job.Mode).Select(phase => phase.TimeLimit).Append(Phases.PreparationLimit).Min();
        return new SandboxSpec
        {
            Command = ["/bin/sh", "-c", Fill, "warm-up", .. command],
            // Never the job's own seed, which may be a secret one.
            Environment = KernelTask.Environment(job).SetItem("POPCORN_SEED", "1"),
            Files = KernelTask.Files(job),
            ReadOnlyFolders = interpreter.Folders,
            VerdictChannel = true,
            Limits = KernelTask.Limits(job, limit) with { VerdictBytes = MostCacheBytes },
            Cores = job.Device.Cores,
            Devices = KernelTask.Devices(job),
        };
    }

    private static string? EntryFile(TaskDefinition task) => task.Files
        .Where(file => file.Value == TaskDefinition.SubmissionMarker && file.Key.EndsWith(".py", StringComparison.Ordinal))
        .Select(file => file.Key).FirstOrDefault();

    private static Compilation? Compiled(SandboxResult result, string command) => !result.Stdout.Contains(BuildMark, StringComparison.Ordinal)
        ? null
        : new Compilation(NvccFound: true, NvccVersion: "", Success: true, command,
            PlainText.Truncate(result.Stdout), PlainText.Truncate(result.Stderr), HarnessOutcome.ExitCode(result.End));
}
