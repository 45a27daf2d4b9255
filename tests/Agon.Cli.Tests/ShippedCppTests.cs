using System.Text.Json;
using Agon.Cli.Judging;
using Agon.Contracts;

namespace Agon.Cli.Tests;

/// <summary>The shipped C++ contest by <c>agon eval</c>: what people see of it.</summary>
public sealed class ShippedCppTests
{
    private static readonly string Contest = Path.Combine(Tests.Contest.Checkout(), "examples", "problems", "matmul-cpp");

    [GppFact]
    public async Task A_profile_has_a_run_for_each_benchmark()
    {
        var run = await EvalAsync("fast", "profile", "--json");
        Assert.True(run.ExitCode == EvalCommand.Passed, run.Output + run.Error);
        var parsed = JsonSerializer.Deserialize(run.Output, AgonJson.Default.EvaluationView)!;
        Assert.Equal(["profile.0", "profile.1", "profile.2"], parsed.Runs.OrderBy(phase => phase.Value.Start).Select(phase => phase.Key));
    }

    [GppFact]
    public async Task People_read_what_the_compiler_said()
    {
        var run = await EvalAsync("wrong_syntax", "test");
        Assert.Contains("❌ Compilation failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("submission.cpp:8", run.Output, StringComparison.Ordinal);
        Assert.Contains("▶ compile", run.Error, StringComparison.Ordinal);
    }

    private static Task<CommandRun> EvalAsync(string entry, string mode, params string[] more) => CommandRun.Of(
        ["eval", Contest, Path.Combine(Contest, "entries", $"{entry}.cpp"), "--mode", mode, "--i-trust-all-submitters", .. more]);
}

/// <summary>A test that compiles; skipped, and says so, where g++ is not installed.</summary>
internal sealed class GppFactAttribute : FactAttribute
{
    public GppFactAttribute() => Skip = GppTheoryAttribute.Missing;
}

/// <inheritdoc cref="GppFactAttribute"/>
internal sealed class GppTheoryAttribute : TheoryAttribute
{
    public GppTheoryAttribute() => Skip = Missing;

    internal static string? Missing => File.Exists("/usr/bin/g++") ? null : "g++ is not installed";
}
