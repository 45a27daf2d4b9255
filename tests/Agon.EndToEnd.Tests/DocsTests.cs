using System.Text;
using System.Text.RegularExpressions;

namespace Agon.EndToEnd.Tests;

/// <summary>The commands in the documents are run as they stand: each page in a shell of its own, beside a server with the examples.</summary>
/// <remarks>Blocks marked <c>sh</c> are run; output and sketches are marked <c>text</c>.</remarks>
public sealed partial class DocsTests
{
    public static TheoryData<string> Pages => [.. PagesWithCommands()];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_command_of_the_page_runs(string page)
    {
        await using var world = await TestWorld.CreateAsync(postgres: false, Path.Combine(Repository.Root, "examples", "problems"));
        var cliId = await world.AddUserAsync("reader");
        await using var server = await world.ServeAsync();
        var desk = Directory.CreateDirectory(Path.Combine(world.Folder, "desk")).FullName;
        foreach (var name in (string[])["agon", "test", "examples", "docs"])
            File.CreateSymbolicLink(Path.Combine(desk, name), Path.Combine(Repository.Root, name));

        var environment = new Dictionary<string, string?>(world.Environment)
        {
            ["AGON_URL"] = server.Url,
            ["AGON_CLI_ID"] = cliId,
            ["PATH"] = $"{desk}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        var run = await CommandLine.RunAsync("/bin/bash", ["-c", Script(page)], environment, desk);
        Assert.True(run.ExitCode == 0, $"{page} ended with {run.ExitCode}\n{run.Output}\n{run.Errors}");
    }

    [Fact]
    public void The_readme_has_commands_that_are_run() => Assert.Contains("README.md", PagesWithCommands());

    private static string Script(string page)
    {
        // -x shows in a failure which command it was.
        var script = new StringBuilder("set -euxo pipefail\n");
        foreach (Match block in ShellBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
            script.Append(block.Groups["commands"].Value);
        return script.ToString();
    }

    private static IEnumerable<string> PagesWithCommands() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Where(page => ShellBlock().IsMatch(File.ReadAllText(page)))
            .Select(page => Path.GetRelativePath(Repository.Root, page))
            .Order();

    [GeneratedRegex(@"^```sh\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
