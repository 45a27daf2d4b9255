using System.Diagnostics;
using System.Text.Json;
using Agon.Cli.Demo;

namespace Agon.Cli.Tests.Demo;

public sealed class ServeCommandTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task A_server_prints_its_address_and_ends_with_its_parents_pipe()
    {
        var server = await DemoServer.StartAsync(data.Path, "http://127.0.0.1:0", TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient();
        Assert.Contains("ok", await http.GetStringAsync($"{server.Url}/health"), StringComparison.Ordinal);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync($"{server.Url}/health"));
    }

    [Fact]
    public async Task An_address_in_use_is_told_in_one_line_with_exit_3()
    {
        await using var server = await DemoServer.StartAsync(data.Path, "http://127.0.0.1:0", TimeProvider.System, CancellationToken.None);
        // A folder of its own: a second server on the same file is refused for that.
        using var other = new TemporaryFolder();
        var run = await CommandRun.Of(["serve", "--data", other.Path, "--urls", server.Url]);
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("--urls", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.StartsWith("agon: ", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:0/agon")]
    [InlineData("http://127.0.0.1:0,nonsense")]
    public async Task An_address_that_is_none_is_a_wrong_command_line(string urls)
    {
        var run = await CommandRun.Of(["serve", "--data", data.Path, "--urls", urls]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("it must be http://HOST:PORT", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Path));
    }

    [Theory]
    [InlineData("serve", """{"Jobs":{"Lease":""}}""", "Jobs:Lease")]
    [InlineData("serve", """{"Drain":{"Notice":"soon"}}""", "Drain:Notice")]
    [InlineData("worker", """{"Jobs":{"MaxWorkers":"many"}}""", "Jobs:MaxWorkers")]
    [InlineData("serve", """{"Limits":{"InWork":0}}""", "a setting is wrong: Limits:InWork must be between 1 and")]
    [InlineData("serve", """{"Drain":{"Grace":"02:00:00"}}""", "a setting is wrong: Drain:Grace must be between 00:00:00 and")]
    [InlineData("worker", """{"Drain":{"Grace":"02:00:00"}}""", "a setting is wrong: Drain:Grace must be between 00:00:00 and")]
    [InlineData("worker", """{"Jobs":{"MaxWorkers":-1}}""", "a setting is wrong: Jobs:MaxWorkers must be between 0 and")]
    [InlineData("serve", "{\n  \"Jobs\": {},\n  oops\n}", "agon.json': line 3 is no JSON")]
    [InlineData("serve", """{"Logging":{"LogLevel":{"Default":"Loud"}}}""", "Loud")]
    public async Task A_setting_of_the_wrong_kind_is_the_operators_slip_and_named(string command, string settings, string name)
    {
        await File.WriteAllTextAsync(Path.Combine(data.Path, "agon.json"), settings);
        var run = await CommandRun.Of([command, "--data", data.Path, .. command == "serve" ? ["--urls", "http://127.0.0.1:0"] : Array.Empty<string>()]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(name, Assert.Single(run.ErrorLines));
        Assert.DoesNotContain("unexpected", run.Error);
    }

    [Fact]
    public async Task A_start_that_fails_says_so_in_one_line_and_shows_no_stack()
    {
        await using var server = await DemoServer.StartAsync(data.Path, "http://127.0.0.1:0", TimeProvider.System, CancellationToken.None);
        using var other = new TemporaryFolder();
        using var wrong = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(wrong.Path, "agon.json"), """{"Jobs":{"Lease":"00:00:01"}}""");
        // Nobody is to be warned of the end of a server that never listened.
        await File.WriteAllTextAsync(Path.Combine(other.Path, "agon.json"), """{"Drain":{"Notice":"00:05:00"}}""");

        await FailsAsync(3, $"{new Uri(server.Url).Port}: address already in use; name another address with --urls", ["serve", "--data", other.Path, "--urls", server.Url]);
        await FailsAsync(1, "agon: a server runs on SQLite file", ["serve", "--data", data.Path, "--urls", "http://127.0.0.1:0"]);
        await FailsAsync(2, "agon: a setting is wrong: Jobs:Lease must be between", ["worker", "--data", wrong.Path]);
    }

    // What is said before the end are messages of a start that went well so far.
    private static async Task FailsAsync(int exitCode, string says, string[] arguments)
    {
        using var process = Start(arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var lines = (await process.StandardError.ReadToEndAsync(limit.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Contains(says, lines[^1]);
        Assert.All(lines.SkipLast(1), line => Assert.Contains(" info: ", line));
        Assert.DoesNotContain(lines, line => line.Contains("Stopped", StringComparison.Ordinal));
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "agon"), arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    [Theory]
    [InlineData("serve", "TERM")]
    [InlineData("serve", "INT")]
    [InlineData("worker", "TERM")]
    public async Task A_signal_ends_it_cleanly_and_the_log_says_what_it_was_there_for_and_that_it_stopped(string command, string signal)
    {
        await File.WriteAllTextAsync(Path.Combine(data.Path, "agon.json"), """{"Jobs":{"Machine":"here"},"Devices":{"CPU":{"Slots":2}},"Drain":{"Grace":"00:00:07"},"Logging":{"Format":"json"}}""");
        using var process = Start([command, "--data", data.Path, .. command == "serve" ? ["--urls", "http://127.0.0.1:0"] : Array.Empty<string>()]);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var lines = new List<string>();
        var awaited = command == "serve" ? new[] { "Workers are ready", "Listening" } : ["Workers are ready"];
        while (!awaited.All(one => lines.Any(line => line.Contains(one, StringComparison.Ordinal))))
            lines.Add(await process.StandardError.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException($"it ended: {string.Join('\n', lines)}"));
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{process.Id}"]);
        lines.AddRange((await process.StandardError.ReadToEndAsync(limit.Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode}: {string.Join('\n', lines)}");

        // Each line is an object, for programs that read them.
        var said = lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Message").GetString()!).ToList();
        Assert.Contains($"Workers are ready: machine here, devices (slots) CPU (2), data in SQLite file {Path.Combine(data.Path, "agon.db")}", said);
        Assert.Contains(said, message => message.StartsWith("Told to stop", StringComparison.Ordinal) && message.Contains("7 s", StringComparison.Ordinal));
        Assert.StartsWith("Stopped", said[^1], StringComparison.Ordinal);
    }

    public void Dispose() => data.Dispose();
}
