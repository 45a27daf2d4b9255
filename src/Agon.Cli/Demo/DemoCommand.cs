using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Cli.Leaderboards;
using Agon.Cli.Problems;
using Agon.Cli.Storage;
using Agon.Cli.Tournaments;
using Agon.Contracts;
using Agon.Contracts.Submissions;
using Agon.Server.Problems;
using Agon.Storage.Accounts;
using Agon.Storage.Leaderboards;

namespace Agon.Cli.Demo;

/// <summary><c>agon demo</c>: a whole contest in front of your eyes. All it shows but its headings came over HTTP.</summary>
internal static class DemoCommand
{
    private static readonly string[] Participants = ["ada", "grace", "blaise"];

    public static Command Create(Shell shell)
    {
        var serve = new Option<bool>("--serve") { Description = "Keep the server up afterwards, until Ctrl-C" };
        var urls = new Option<string>("--urls")
        {
            Description = "Where the demo's server listens. Default: a free port of 127.0.0.1",
            HelpName = "URL",
            DefaultValueFactory = _ => "http://127.0.0.1:0",
        };
        var tournament = new Option<bool>("--tournament") { Description = "A tournament of seven days instead, with the participants that ship with Agon" };
        var command = new AgonCommand(
            "demo",
            "Runs a whole contest in a temporary folder: a server, three participants, their entries judged live, the board.\n"
            + "Exit code 0 says that the right entries ranked and the wrong one did not.",
            "agon demo",
            "agon demo --serve --urls http://127.0.0.1:8000",
            "agon demo --tournament") { serve, urls, tournament };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("agon-demo-");
            try
            {
                if (parsed.GetValue(tournament))
                    return await SimulateCommand.RunAsync(shell, folder.FullName, Play.Default, json: false, cancellationToken);
                return await RunAsync(shell, folder.FullName, parsed.GetValue(urls)!, parsed.GetValue(serve), cancellationToken);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(Shell shell, string folder, string urls, bool stayUp, CancellationToken cancellationToken)
    {
        // 1. A server, and what an organiser does: sync the problems, register participants.
        var examples = ExampleFolder.Find(shell);
        await using var server = await DemoServer.StartAsync(folder, urls, shell.Clock, cancellationToken);
        using var visitor = new AgonClient(new Uri(server.Url.TrimEnd('/') + "/"), cliId: null, shell.Clock);
        var entries = await PrepareAsync(shell, folder, examples, cancellationToken);

        // 2. The contests, as any visitor sees them.
        shell.Print("== Leaderboards");
        LeaderboardCommands.PrintList(shell, await visitor.LeaderboardsAsync(cancellationToken));

        // 3. All hand in at once, and watch.
        shell.Print("");
        shell.Print("== Entries");
        var ended = await Task.WhenAll(entries.Select(entry => entry.CompeteAsync(shell, visitor.Server, cancellationToken)));

        // 4. How the entries were kept in, the ranking, the page.
        shell.Print("");
        shell.Print("== Isolation");
        ShowIsolation(shell, ended);
        var ranked = await ShowBoardAsync(shell, visitor, ended, cancellationToken);
        var asExpected = entries.Zip(ended).All(pair => pair.First.MustRank == ranked.Contains(pair.Second.Id));
        if (!asExpected)
            shell.Say("agon: the demo went wrong: an entry that had to rank did not, or the wrong one did");

        if (stayUp)
            await StayUpAsync(shell, server, cancellationToken);
        return asExpected ? ExitCode.Success : ExitCode.Refused;
    }

    private static async Task<IReadOnlyList<DemoEntry>> PrepareAsync(Shell shell, string folder, string examples, CancellationToken cancellationToken)
    {
        await using var database = await new DataPlace(folder, null).OpenAsync(cancellationToken);
        var sync = new ProblemSync(new LeaderboardStore(database), shell.Clock);
        await sync.ApplyAsync(await ProblemCommands.PlanAsync(sync, examples, root: null, force: false, cancellationToken), cancellationToken);

        var users = new UserStore(database);
        var entries = new List<DemoEntry>();
        foreach (var (name, file) in Participants.Zip(ExampleFolder.Entries(examples)))
            entries.Add(new DemoEntry(name, (await users.AddAsync(name, shell.Clock.GetUtcNow(), cancellationToken)).CliId, file));
        return entries;
    }

    private static void ShowIsolation(Shell shell, IEnumerable<SubmissionView> submissions)
    {
        var runs = submissions.SelectMany(submission => submission.Runs).ToList();
        foreach (var (level, mechanism) in runs.Select(run => run.Isolation).OfType<Contracts.Runs.IsolationView>().Select(found => (found.Level, found.Mechanism)).Distinct())
            shell.Print($"level {level}, by {mechanism}");
        foreach (var missing in runs.SelectMany(run => run.Isolation?.Missing ?? []).Distinct())
            shell.Print($"to raise it: {missing.Name}: {missing.Cure}");
    }

    private static async Task<HashSet<long>> ShowBoardAsync(
        Shell shell, AgonClient visitor, IReadOnlyList<SubmissionView> submissions, CancellationToken cancellationToken)
    {
        var ranked = new HashSet<long>();
        foreach (var leaderboard in submissions.Select(submission => submission.LeaderboardName).Distinct())
        {
            foreach (var gpu in JsonSerializer.Deserialize(await visitor.GpusAsync(leaderboard, cancellationToken), AgonJson.Default.IReadOnlyListString)!)
            {
                var entries = Ranking.Parse(await visitor.RankingAsync(leaderboard, gpu, cancellationToken));
                shell.Print("");
                shell.Print($"== Ranking of {leaderboard} on {gpu}");
                foreach (var line in Ranking.Table(entries))
                    shell.Print(line);
                ranked.UnionWith(entries.Select(entry => entry.SubmissionId));
            }
            shell.Print("");
            shell.Print("== Board page");
            shell.Print($"{await visitor.BoardPageAsync(leaderboard, cancellationToken)}");
        }
        return ranked;
    }

    private static async Task StayUpAsync(Shell shell, DemoServer server, CancellationToken cancellationToken)
    {
        shell.Print("");
        shell.Print("== The server stays up until Ctrl-C");
        try
        {
            await server.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // What the caller was told to do.
        }
    }
}
