using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Contracts;

namespace Agon.Cli.Leaderboards;

/// <summary><c>agon leaderboard</c>: which boards there are, and who stands where.</summary>
internal static class LeaderboardCommands
{
    public static Command Create(Shell shell) => new AgonCommand("leaderboard", "Leaderboards and their rankings.")
    {
        List(shell),
        Show(shell),
        LeaderboardSettings.SetVisibility(shell),
        LeaderboardSettings.SetLimit(shell),
    };

    private static AgonCommand List(Shell shell)
    {
        var json = new Option<bool>("--json") { Description = "Print the server's JSON" };
        var url = ServerOption.Create();
        var command = new AgonCommand(
            "list", "Lists all leaderboards.", "agon leaderboard list", "agon leaderboard list --json | jq -r '.[].name'") { json, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.Connect(shell, parsed.GetValue(url));
            var answer = await client.LeaderboardsAsync(cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(answer);
            else
                PrintList(shell, answer);
        });
        return command;
    }

    private static AgonCommand Show(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "The leaderboard" };
        var gpu = new Option<string?>("--gpu", "-g") { Description = "Only this device. Default: all of the leaderboard", HelpName = "NAME" };
        var json = new Option<bool>("--json") { Description = "Print the ranked entries as one JSON list" };
        var url = ServerOption.Create();
        var command = new AgonCommand(
            "show", "Shows a ranking, best first.", "agon leaderboard show primes", "agon leaderboard show primes --gpu CPU --json") { name, gpu, json, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.Connect(shell, parsed.GetValue(url));
            var leaderboard = parsed.GetValue(name)!;
            IReadOnlyList<string> gpus = parsed.GetValue(gpu) is { } one
                ? [one]
                : JsonSerializer.Deserialize(await client.GpusAsync(leaderboard, cancellationToken), AgonJson.Default.IReadOnlyListString)!;
            var rankings = new List<(string Gpu, string Json)>();
            foreach (var device in gpus)
                rankings.Add((device, await client.RankingAsync(leaderboard, device, cancellationToken)));
            if (parsed.GetValue(json))
                shell.Output.WriteLine(Joined([.. rankings.Select(ranking => ranking.Json)]));
            else
                PrintRankings(shell, leaderboard, rankings);
        });
        return command;
    }

    /// <summary>The answer of <c>GET /leaderboards</c> as a table.</summary>
    public static void PrintList(Shell shell, string answer)
    {
        var boards = JsonSerializer.Deserialize(answer, AgonJson.Default.IReadOnlyListLeaderboardView)!;
        if (boards.Count == 0)
            shell.Say("no leaderboards yet; an organiser makes some with 'agon problems sync DIR'");
        else
            foreach (var line in TextTable.Of(
                ["name", "devices", "open until (UTC)"],
                boards.Select(board => new[] { board.Name, string.Join(' ', board.GpuTypes), $"{board.Deadline.UtcDateTime:yyyy-MM-dd HH:mm}" })))
                shell.Print(line);
    }

    private static void PrintRankings(Shell shell, string leaderboard, IEnumerable<(string Gpu, string Json)> rankings)
    {
        foreach (var (gpu, json) in rankings)
        {
            var entries = Ranking.Parse(json);
            shell.Say(entries.Count == 0 ? $"{leaderboard} on {gpu}: nobody is ranked yet" : $"{leaderboard} on {gpu}:");
            foreach (var line in entries.Count == 0 ? [] : Ranking.Table(entries))
                shell.Print(line);
        }
    }

    // The server's own text where there is one list; of several, one list of their items as they are.
    private static string Joined(IReadOnlyList<string> lists)
    {
        if (lists is [var only])
            return only;
        var items = lists.SelectMany(list =>
        {
            using var parsed = JsonDocument.Parse(list);
            return parsed.RootElement.EnumerateArray().Select(item => item.GetRawText()).ToList();
        });
        return $"[{string.Join(',', items)}]";
    }
}
