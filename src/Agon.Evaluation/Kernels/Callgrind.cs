using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Evaluation.Kernels;

/// <summary>Counts the instructions of a C++ harness, function by function, where valgrind is installed.</summary>
/// <remarks>
/// It runs inside the entry's sandbox, so its report is a claim like all others; it comes over the verdict channel as
/// <c>benchmark.0.report</c>, base64 of text (contract section 8.3).
/// </remarks>
internal static class Callgrind
{
    private const string Name = "callgrind";
    private const string Program = "/usr/bin/valgrind";

    // A copy, because the kernel names a file that is bound into the folder by its place outside, where valgrind looks for
    // its symbols in vain. Base64 of so many bytes is a value that a verdict may hold.
    private const string Script = $$"""
        cp "$1" profiled || exit 1
        shift
        /usr/bin/valgrind --tool=callgrind -q --callgrind-out-file=callgrind.out ./profiled "$@"
        code=$?
        report=$(callgrind_annotate --auto=no callgrind.out 2>/dev/null | head -c 40000 | base64 -w 0)
        [ -z "$report" ] || echo "benchmark.0.report: $report" >&3
        trace=$(gzip -9 < callgrind.out | base64 -w 0)
        [ -z "$trace" ] || [ ${#trace} -gt {{ProfileTrace.LongestText}} ] || echo "{{ProfileTrace.Key}}: $trace" >&3
        exit $code
        """;

    /// <summary>The same start under the profiler, or as it is, with a remark that says why.</summary>
    public static HarnessStart Watch(HarnessStart start, string lang)
    {
        if (lang != TaskLanguage.Cpp)
            return start with { Remark = "no profiler: this device has none for CUDA; the harness's own profile mode runs" };
        if (!File.Exists(Program))
            return start with { Remark = "no profiler: valgrind is not installed on this device; the harness's own profile mode runs" };
        // The last three words are the harness's own.
        var command = start.Spec.Command.TakeLast(3);
        return start with
        {
            Spec = start.Spec with { Command = ["/bin/sh", "-c", Script, Name, .. command] },
            Command = $"valgrind --tool=callgrind {start.Command}",
            Profile = new Profile(Name),
        };
    }
}
