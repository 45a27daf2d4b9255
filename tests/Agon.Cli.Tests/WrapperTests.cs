using System.Diagnostics;
using System.Runtime.Versioning;

namespace Agon.Cli.Tests;

/// <summary>The script <c>./agon</c> in a little checkout, with a <c>dotnet</c> that only writes down that it was called.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WrapperTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder folder = new();
    private readonly string home;
    private readonly string tools;

    public WrapperTests()
    {
        home = Path.Combine(folder.Path, "a checkout");
        tools = Path.Combine(folder.Path, "tools");
        foreach (var file in (string[])["Directory.Build.props", "Directory.Build.targets", "global.json", ".editorconfig", "BannedSymbols.txt", "src/A.cs", "src/B.cs"])
            folder.Write(Path.Combine("a checkout", file), "");
        File.Copy(Path.Combine(Contest.Checkout(), "agon"), Path.Combine(home, "agon"));
        Dotnet("""
            mkdir -p artifacts/bin/Agon.Cli/release
            printf '#!/bin/sh\necho "home=$AGON_HOME arguments=$*"\n' > artifacts/bin/Agon.Cli/release/agon
            chmod +x artifacts/bin/Agon.Cli/release/agon
            """);
    }

    [Fact]
    public async Task It_builds_once_and_then_only_starts()
    {
        var first = await RunAsync();
        Assert.Equal($"home={home} arguments=one two words", first.Output.Trim());
        Assert.Equal("agon: building Agon, once ...", first.Error.Trim());
        var second = await RunAsync();
        Assert.Equal(first.Output, second.Output);
        Assert.Equal("", second.Error);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task It_builds_again_when_a_source_was_changed_or_removed()
    {
        await RunAsync();
        File.AppendAllText(Path.Combine(home, "src", "A.cs"), "// changed");
        await RunAsync();
        Assert.Equal(2, Builds);
        File.Delete(Path.Combine(home, "src", "B.cs"));
        await RunAsync();
        Assert.Equal(3, Builds);
    }

    [Fact]
    public async Task A_source_that_is_saved_while_it_builds_is_built_the_next_time()
    {
        Dotnet("""
            mkdir -p artifacts/bin/Agon.Cli/release
            printf '#!/bin/sh\n' > artifacts/bin/Agon.Cli/release/agon
            chmod +x artifacts/bin/Agon.Cli/release/agon
            [ -e again ] || { touch again; sleep 0.1; echo late >> src/A.cs; }
            """);
        await RunAsync();
        await RunAsync();
        Assert.Equal(2, Builds);
        await RunAsync();
        Assert.Equal(2, Builds);
    }

    [Fact]
    public async Task Several_at_once_build_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RunAsync()));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task It_works_through_a_link_and_from_any_folder()
    {
        var link = Path.Combine(tools, "agon-link");
        File.CreateSymbolicLink(link, Path.Combine(home, "agon"));
        Assert.Contains($"home={home} ", (await RunAsync(link, folder: "/")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_fails_is_shown_and_tried_again_the_next_time()
    {
        Dotnet("echo 'A.cs(1,1): error CS1002: ; expected'; exit 1");
        var run = await RunAsync();
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("error CS1002", run.Error, StringComparison.Ordinal);
        await RunAsync();
        Assert.Equal(2, Builds);
    }

    [Fact]
    public async Task Without_dotnet_it_says_what_it_needs()
    {
        File.Delete(Path.Combine(tools, "dotnet"));
        var run = await RunAsync();
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(".NET 10 SDK", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private int Builds => File.ReadAllLines(Path.Combine(home, "builds")).Length;

    private void Dotnet(string build) =>
        folder.WriteProgram(Path.Combine("tools", "dotnet"), $"#!/bin/bash\n[ \"$1\" = build ] || exit 0\necho built >> builds\n{build}\n");

    private async Task<CommandRun> RunAsync(string? program = null, string? folder = null)
    {
        var start = new ProcessStartInfo("/bin/bash", [program ?? Path.Combine(home, "agon"), "one", "two words"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? home,
        };
        start.Environment["PATH"] = $"{tools}:{SystemTools}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        return new CommandRun(process.ExitCode, await output, await error);
    }

    // The machine's own tools without its dotnet.
    private string SystemTools
    {
        get
        {
            var bin = Path.Combine(folder.Path, "bin");
            if (Directory.Exists(bin))
                return bin;
            Directory.CreateDirectory(bin);
            foreach (var tool in (string[])["bash", "sh", "find", "dirname", "readlink", "touch", "mkdir", "mv", "flock", "chmod", "sleep", "tr", "printf"])
                if (new[] { "/usr/bin", "/bin" }.Select(at => Path.Combine(at, tool)).FirstOrDefault(File.Exists) is { } found)
                    File.CreateSymbolicLink(Path.Combine(bin, tool), found);
            return bin;
        }
    }
}
