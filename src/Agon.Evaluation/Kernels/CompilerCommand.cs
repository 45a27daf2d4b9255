using System.Collections.Immutable;
using Agon.Domain.Problems;

namespace Agon.Evaluation.Kernels;

/// <summary>The words for a compiler. No shell reads them, and every file is named with a folder, so that none is taken for an option.</summary>
internal static class CompilerCommand
{
    /// <summary>The program that is made.</summary>
    public const string Output = "eval.out";

    private static readonly ImmutableArray<string> Cpp = ["-O3", "-std=c++20", "-DNDEBUG", "-pthread"];

    // Contract section 8.2.
    private static readonly ImmutableArray<string> Cuda =
    [
        "-O3", "-std=c++20", "-DNDEBUG", "--extended-lambda", "--expt-relaxed-constexpr", "-Xcompiler=-fno-strict-aliasing",
        "-Xptxas=--verbose", "-Xnvlink=--verbose",
    ];

    /// <param name="compiler">Absolute path.</param>
    /// <param name="task">One whose config is <paramref name="config"/>.</param>
    /// <param name="config">What to compile; its flags come last, so that they win.</param>
    /// <param name="gpu">The device whose processor a CUDA program is made for.</param>
    /// <param name="forProfile">Whether a profiler will ask for names and lines.</param>
    public static ImmutableArray<string> Of(string compiler, TaskDefinition task, TaskConfig.Compiled config, string gpu, bool forProfile) =>
    [
        compiler,
        .. task.Lang == TaskLanguage.Cuda ? Cuda.Add(CudaArchitecture.Flag(gpu)) : Cpp,
        .. forProfile ? (string[])["-g"] : [],
        .. config.IncludeDirs.Select(folder => $"-I{folder}"),
        .. config.Defines.Select(define => define.Value is { } value ? $"-D{define.Key}={value}" : $"-D{define.Key}"),
        .. config.CompileFlags,
        .. config.Sources.Select(source => $"./{source}"),
        "-o", Output,
    ];
}
