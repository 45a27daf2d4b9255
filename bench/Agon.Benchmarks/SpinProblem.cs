using System.Globalization;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

namespace Agon.Benchmarks;

/// <summary>A problem whose harness spends a given amount of a processor's time, and nothing else.</summary>
internal sealed class SpinProblem
{
    public const string Leaderboard = "spin";

    private const string Harness = """
        import os
        import sys

        import submission

        verdict = os.fdopen(int(os.environ["POPCORN_FD"]), "w")
        cases = [line.strip() for line in open(sys.argv[2]) if line.strip()]
        print(f"test-count: {len(cases)}", file=verdict)
        for index, case in enumerate(cases):
            value = 1
            for _ in range(int(case.split(":")[1])):
                for _ in range(1000):
                    value = (value * 1103515245 + 12345) & 0x7FFFFFFF
            print(f"test.{index}.spec: {case}\ntest.{index}.status: pass", file=verdict)
        print("check: pass", file=verdict, flush=True)
        """;

    private SpinProblem(string folder) => Folder = folder;

    public string Folder { get; }

    public string Entry => Path.Combine(Folder, "submission.py");

    /// <summary>The same harness on the same case, without Agon.</summary>
    public string Bare => Path.Combine(Folder, "bare");

    /// <param name="folder">Where to write it.</param>
    /// <param name="rounds">Each about a tenth of a millisecond.</param>
    public static SpinProblem Write(string folder, int rounds)
    {
        var problem = new SpinProblem(Path.Combine(folder, "problems", Leaderboard));
        Directory.CreateDirectory(problem.Folder);
        void Write(string name, string text) => File.WriteAllText(Path.Combine(problem.Folder, name), text);
        Write("eval.py", Harness);
        Write("submission.py", "SPUN = True\n");
        Write("agon.yml", "min_isolation: none\n");
        Write("task.yml", string.Create(CultureInfo.InvariantCulture, $$"""
            lang: py
            description: Spends a processor's time.
            config: {main: eval.py}
            files:
              - {name: submission.py, source: "@SUBMISSION@"}
              - {name: eval.py, source: eval.py}
            tests:
              - {rounds: {{rounds}}}
            test_timeout: 600
            """));
        Write("cases.txt", string.Create(CultureInfo.InvariantCulture, $"rounds: {rounds}\n"));
        Write("bare", "#!/bin/sh\ncd \"$(dirname \"$0\")\" && POPCORN_FD=3 exec /usr/bin/python3 eval.py test cases.txt 3>/dev/null\n");
        File.SetUnixFileMode(problem.Bare, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText($"{problem.Folder}.yaml", "name: Bench\ndeadline: \"\"\ndescription: \"\"\nproblems:\n  - {directory: spin, name: spin, deadline: \"\", gpus: [CPU]}\n");
        return problem;
    }

    /// <summary>Makes it a leaderboard of the database, by the real command line.</summary>
    public Task SyncAsync(BenchDatabase database, CancellationToken cancellationToken) =>
        AgonCommand.RunAsync(database, ["problems", "sync", Path.GetDirectoryName(Folder)!], cancellationToken);
}

/// <summary>The real <c>agon</c>, run to its end.</summary>
internal static class AgonCommand
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "agon");

    public static Task<string> RunAsync(BenchDatabase database, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Tool.RunAsync(Program, [.. arguments, .. database.Arguments], cancellationToken, database.Environment);

    /// <summary>Participants' CLI ids.</summary>
    public static async Task<IReadOnlyList<string>> AddUsersAsync(BenchDatabase database, int count, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        for (var number = 0; number < count; number++)
            ids.Add((await RunAsync(database, ["user", "add", $"user{number}"], cancellationToken)).Trim().Split('\n')[^1]);
        return ids;
    }
}
