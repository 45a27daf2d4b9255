using System.Diagnostics;

namespace Agon.EndToEnd.Tests;

/// <summary>What a newcomer sees first.</summary>
public sealed class DemoTests
{
    private static readonly string Wrapper = Path.Combine(Repository.Root, "agon");

    [Fact]
    public async Task The_demo_ends_with_a_ranking_the_isolation_level_and_the_address_of_the_board()
    {
        var demo = await CommandLine.RunAsync(Wrapper, ["demo"]);
        AssertRanked(demo);
    }

    [BareMachineFact]
    public async Task The_demo_works_on_a_machine_without_bubblewrap_and_says_what_would_raise_its_isolation()
    {
        // A mount namespace of its own, in which bubblewrap is an empty file: nothing on the machine changes.
        var demo = await CommandLine.RunAsync("/usr/bin/unshare",
            ["--mount", "sh", "-c", "for b in $(which -a bwrap); do mount --bind /dev/null $b || exit 9; done; exec \"$0\" demo", Wrapper]);
        AssertRanked(demo);
        Assert.Contains("bubblewrap", demo.Output + demo.Errors);
    }

    [Fact]
    public async Task The_tournament_demo_shows_every_run_the_standings_and_the_new_baseline()
    {
        // As on a machine without a container engine; five minutes are its limit here, and busy machines need some of them.
        var demo = await CommandLine.RunAsync(Wrapper, ["demo", "--tournament"], new Dictionary<string, string?> { ["DOCKER_HOST"] = "unix:///nowhere.sock" });
        Assert.True(demo.ExitCode == 0, $"exit code {demo.ExitCode}: {demo.Output}{demo.Errors}");
        foreach (var miner in (string[])["baseline_v1.0.0", "better", "faster"])
            Assert.Equal(14, demo.Errors.Split('\n').Count(line => line.Contains($" {miner}, ") && line.Contains(": completed after ")));
        Assert.Contains("registered crashing", demo.Errors);

        var lines = demo.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["rank", "hotkey", "score"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Matches("^1 +better .*winner, beat the baseline$", lines[1]);
        Assert.Contains(lines, line => line.Contains(" wrong ") && line.EndsWith("disqualified on day 1: data_correctness_failed", StringComparison.Ordinal));
        Assert.Equal(["winner: better; promotion: promote", "baseline v1.1.0: active, from better", "baseline v1.0.0: deprecated"], lines[^3..]);
    }

    [Fact]
    public async Task With_serve_the_board_stays_up_until_it_is_interrupted()
    {
        var info = CommandLine.StartInfo(Repository.Agon, ["demo", "--serve"], null, null);
        using var demo = Process.Start(info)!;
        try
        {
            _ = demo.StandardError.ReadToEndAsync();
            string? line, url = null;
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (url is null && (line = await demo.StandardOutput.ReadLineAsync(limit.Token)) is not null)
                url = line.Split(' ').FirstOrDefault(word => word.StartsWith("http://127.0.0.1:") && word.Contains("/board/"));
            Assert.NotNull(url);
            using var client = new HttpClient();
            Assert.Contains("<table", await client.GetStringAsync(url, limit.Token));
            Assert.False(demo.HasExited);
            Assert.Equal(0, (await CommandLine.RunAsync("/bin/kill", ["-INT", $"{demo.Id}"])).ExitCode);
            await demo.WaitForExitAsync(limit.Token);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(url, limit.Token));
        }
        finally
        {
            if (!demo.HasExited)
                demo.Kill(entireProcessTree: true);
        }
    }

    private static void AssertRanked(CommandResult demo)
    {
        Assert.True(demo.ExitCode == 0, $"exit code {demo.ExitCode}: {demo.Output}{demo.Errors}");
        Assert.Contains("http://127.0.0.1:", demo.Output);
        Assert.Contains("/board/", demo.Output);
        Assert.Matches("(?i)isolation", demo.Output + demo.Errors);
        Assert.Matches("(none|weak|standard|strong)", demo.Output + demo.Errors);
    }
}

/// <summary>Needs root, to hide a program in a mount namespace.</summary>
internal sealed class BareMachineFactAttribute : FactAttribute
{
    public BareMachineFactAttribute()
    {
        if (Environment.UserName != "root")
            Skip = "ordinary user: only root can hide bubblewrap in a mount namespace";
    }
}
