using System.Diagnostics;
using System.Text.RegularExpressions;
using Agon.Soak;
using Xunit.Abstractions;

namespace Agon.EndToEnd.Tests;

/// <summary>Server, worker, runner and database die by <c>kill -9</c>; see <c>./test soak --help</c>.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Kills = 25;
    private const int EachAtLeast = 3;

    [Fact]
    public Task Twenty_five_kills_lose_nothing_and_double_nothing_on_Sqlite() => PassesAsync("sqlite");

    [PostgresFact]
    public Task Twenty_five_kills_lose_nothing_and_double_nothing_on_Postgres() => PassesAsync("postgres");

    [Fact]
    public Task A_worker_that_does_not_check_its_lease_is_found_out_on_each_database() =>
        PausesAsync("--without-lease-check", exitCode: 1, @"was recorded twice|was recorded of submission \d+ after its end|its worker was dead");

    [Fact]
    public Task What_a_worker_that_never_doubts_its_lease_brings_late_is_refused_by_each_database() =>
        PausesAsync("--without-doubt", exitCode: 0, "was refused: worker 1, server 0; of these the database refused 1,");

    [PostgresFact]
    public async Task A_soak_that_is_told_to_end_leaves_no_process_behind()
    {
        var folder = Directory.CreateTempSubdirectory("agon-ended-soak-").FullName;
        // PostgreSQL runs as a user of its own, and has to get in.
        await CommandLine.RunAsync("/bin/chmod", ["755", folder]);
        using var soak = Process.Start(CommandLine.StartInfo(Repository.Soak, ["--kills", "1000", "--pauses", "0"], new Dictionary<string, string?> { ["TMPDIR"] = folder }, folder: null))!;
        try
        {
            // After the first round of kills, on one of the databases.
            Assert.Contains(" of 1000 kills", await soak.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(5)));
            Assert.NotEmpty(Processes.StandingIn(folder));
        }
        finally
        {
            await Signals.TerminateAsync(soak);
        }
        Assert.Equal(128 + 15, soak.ExitCode);
        // A runner whose server was killed just before ends by itself.
        await Eventually.TrueAsync(() => Task.FromResult(!Processes.StandingIn(folder).Any()), TimeSpan.FromMinutes(1), () => $"still there: {string.Join(", ", Processes.StandingIn(folder))}");
        Directory.Delete(folder, recursive: true);
    }

    // Both databases at once: most of it is waiting for leases.
    private async Task PausesAsync(string without, int exitCode, string says)
    {
        string[] databases = PostgresFactAttribute.ConnectionString is null ? ["SQLite"] : ["SQLite", "PostgreSQL"];
        var result = await RunAsync("--kills", "0", "--pauses", "1", "--database", databases.Length == 1 ? "sqlite" : "both", without);
        Assert.True(result.ExitCode == exitCode, result.Output + result.Errors);
        foreach (var database in databases)
            Assert.Matches(says, Assert.Single(result.Output.Split("\n== "), part => part.StartsWith(database, StringComparison.Ordinal)));
    }

    private async Task PassesAsync(string database)
    {
        var result = await RunAsync("--kills", $"{Kills}", "--database", database);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Matches($@"(?m)^all .* {Kills}$", result.Output);
        foreach (var victim in (string[])["Server", "Worker", "Runner", .. database == "postgres" ? ["Database"] : Array.Empty<string>()])
            Assert.True(KillsOf(victim, result.Output) >= EachAtLeast, $"{victim} was hardly killed: {result.Output}");
        Assert.Contains("was refused: worker 1, server 1;", result.Output);
        Assert.EndsWith(" 0 failed", result.LastLine);
    }

    private static int KillsOf(string victim, string table) => Regex.Match(table, $@"(?m)^{victim} .* (\d+)$") is { Success: true } row ? int.Parse(row.Groups[1].Value) : 0;

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(Repository.Soak, arguments);
        output.WriteLine(result.Output);
        return result;
    }
}
