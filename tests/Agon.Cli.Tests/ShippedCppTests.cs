using System.Text.Json;
using Agon.Contracts;

namespace Agon.Cli.Tests;

/// <summary>The shipped C++ contest by <c>agon eval</c>: its entries do what their first lines say.</summary>
public sealed class ShippedCppTests
{
    private static readonly string Contest = Path.Combine(Root(), "examples", "problems", "matmul-cpp");

    [GppTheory]
    [InlineData("correct", "leaderboard", EvalCommand.Passed, "test benchmark leaderboard")]
    [InlineData("wrong_transposed", "leaderboard", EvalCommand.NotPassed, "test")]
    [InlineData("wrong_memorised", "leaderboard", EvalCommand.NotPassed, "test benchmark leaderboard")]
    [InlineData("wrong_syntax", "leaderboard", EvalCommand.NotPassed, "test")]
    [InlineData("fast", "profile", EvalCommand.Passed, "profile.0 profile.1 profile.2")]
    public async Task An_entry_passes_and_fails_where_it_says(string entry, string mode, int code, string phases)
    {
        var run = await EvalAsync(entry, mode, "--json");
        Assert.True(run.ExitCode == code, run.Output + run.Error);
        Assert.Equal(phases, string.Join(' ', Parsed(run).Runs.OrderBy(phase => phase.Value.Start).Select(phase => phase.Key)));
    }

    [GppFact]
    public async Task The_better_algorithm_takes_less_than_half_of_the_time()
    {
        var slow = Parsed(await EvalAsync("correct", "leaderboard", "--json")).Score;
        var quick = Parsed(await EvalAsync("fast", "leaderboard", "--json")).Score;
        Assert.True(quick * 2 < slow, $"{quick} s against {slow} s");
    }

    [GppFact]
    public async Task People_read_what_the_compiler_said()
    {
        var run = await EvalAsync("wrong_syntax", "test");
        Assert.Contains("❌ Compilation failed", run.Output, StringComparison.Ordinal);
        Assert.Contains("submission.cpp:8", run.Output, StringComparison.Ordinal);
        Assert.Contains("▶ compile", run.Error, StringComparison.Ordinal);
    }

    private static Contracts.Runs.EvaluationView Parsed(CommandRun run) =>
        JsonSerializer.Deserialize(run.Output, AgonJson.Default.EvaluationView)!;

    private static Task<CommandRun> EvalAsync(string entry, string mode, params string[] more) => CommandRun.Of(
        ["eval", Contest, Path.Combine(Contest, "entries", $"{entry}.cpp"), "--mode", mode, "--i-trust-all-submitters", .. more]);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Agon.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no Agon.slnx above the tests");
        return folder;
    }
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
