using System.Globalization;
using Agon.Domain.Tournaments;
using Agon.Storage.Submissions;
using Agon.Storage.Tournaments;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>
/// <c>agon serve</c> dies by <c>kill -9</c> at random moments of a tournament day, while entries of a leaderboard run, too: every run is recorded once, with the result it would
/// have had, and nothing ever ran beside a tournament run. AGON_TOURNAMENT_KILLS kills more often.
/// </summary>
public sealed class TournamentDeathTests
{
    private const string Right = "def twice(number):\n    return number + number\n";

    private static readonly string[] Networks = ["torus", "bittensor"];
    private static readonly int Kills = int.TryParse(System.Environment.GetEnvironmentVariable("AGON_TOURNAMENT_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 3;

    [Fact]
    public Task Killed_server_changes_no_result_of_a_day_and_nothing_runs_beside_it_Sqlite() => DayAsync(postgres: false);

    [PostgresFact]
    public Task Killed_server_changes_no_result_of_a_day_and_nothing_runs_beside_it_Postgres() => DayAsync(postgres: true);

    private static async Task DayAsync(bool postgres)
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var id = Guid.Parse(await RegisteredAsync(world));
        var entrant = new Participant(await world.AddUserAsync("mortal"));
        await using var database = world.Open();
        var store = new TournamentStore(database);
        var random = new Random();
        var submissions = new List<long>();
        var port = RunningServer.FreePort();

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await RunningServer.StartAsync(world.Storage, Environment(world), port);
            if (await entrant.SubmitAsync(server.Client, Right, "test") is { } submission)
                submissions.Add(submission);
            await Eventually.TrueAsync(async () => await IsOneUnderWayAsync(store, id) || await IsOverAsync(store, id), TimeSpan.FromMinutes(3), () => $"no run is made: {server.Log}");
            // The first one hits a run; later ones may let it end, and hit what comes between two.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, kill % 2 == 0 ? 1000 : 5000)), TimeProvider.System, CancellationToken.None);
            await server.KillAsync();
        }

        await using (var last = await RunningServer.StartAsync(world.Storage, Environment(world), port))
        {
            await Eventually.TrueAsync(() => IsOverAsync(store, id), TimeSpan.FromMinutes(3), () => $"the day does not end: {last.Log}");
            foreach (var submission in submissions)
                await entrant.UntilDoneAsync(last.Client, submission, TimeSpan.FromMinutes(2));
        }

        var day = await OfTheDayAsync(store, id);
        Assert.Equal(
            [("baseline_v1.0.0", 1, "torus"), ("baseline_v1.0.0", 2, "bittensor"), ("ada", 3, "torus"), ("ada", 4, "bittensor"), ("bob", 5, "torus")],
            day.Select(run => (run.Run.Hotkey, run.Run.RunOrder, run.Run.Slot.Network)));
        Assert.Equal(
            [(RunStatus.Completed, 0, 0.0), (RunStatus.Completed, 0, 0.0), (RunStatus.Completed, 0, 1.0), (RunStatus.Completed, 0, 1.0), (RunStatus.Failed, 3, 0.0)],
            day.Select(run => (run.Run.Status, run.Run.ContainerExitCode!.Value, run.Run.Patterns?.SyntheticPatternsRecall ?? 0)));
        Assert.True(Kills == 0 || day.Any(run => run.Attempts > 1), "no kill hit a run");
        Assert.Equal(["bob"], (await store.FindAsync(id, CancellationToken.None))!.Participants.Where(one => one.IsDisqualified).Select(one => one.Hotkey));

        var entries = new SubmissionStore(database);
        var times = day.Select(run => (From: run.StartedAt!.Value, To: run.EndedAt!.Value, Name: run.Run.Hotkey)).ToList();
        Assert.True(Kills == 0 || submissions.Count > 0, "no entry was accepted, so that nothing could have run beside the day");
        foreach (var submission in submissions)
        {
            var runs = await entries.RunsAsync(submission, CancellationToken.None);
            Assert.NotEmpty(runs);
            times.AddRange(runs.Select(run => (run.StartTime, run.EndTime, $"submission {submission}")));
        }
        times.Sort();
        foreach (var (one, next) in times.Zip(times.Skip(1)))
            Assert.True(one.To <= next.From, $"{one.Name} ended at {one.To:O}, {next.Name} started at {next.From:O}");
        // What the killed ones had under way is gone, too.
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(ShortTournament.DataFolder(world), "tournament-runs")));
    }

    /// <summary>A tournament whose first day is today, and another one tomorrow, should midnight come by.</summary>
    private static async Task<string> RegisteredAsync(TestWorld world)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var yesterday = today.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        TinyDataset.Write(Path.Combine(ShortTournament.DataFolder(world), "datasets"), today, 2, Networks, [30]);
        await RunAsync("baseline", "seed", "--image-type", "analytics", "--folder", Folder("base", TinyDataset.FindsNothing));
        var id = (await RunAsync("tournament", "create", "--name", "mortal", "--image-type", "analytics",
            "--registration-start", yesterday, "--registration-end", yesterday, "--epoch-days", "2")).LastLine;
        await RunAsync("tournament", "register", "--tournament-id", id, "--hotkey", "ada", "--folder", Folder("ada", TinyDataset.Finds), "--test-date", yesterday);
        await RunAsync("tournament", "register", "--tournament-id", id, "--hotkey", "bob", "--folder", Folder("bob", "exit 3"), "--test-date", yesterday);
        return id;

        string Folder(string name, string script) => TinyDataset.Participant(world.Folder, name, "sleep 3; " + script);

        async Task<CommandResult> RunAsync(params string[] arguments)
        {
            var result = await CommandLine.RunAsync(Repository.Agon, [.. arguments, .. world.Storage], Environment(world));
            Assert.True(result.ExitCode == 0, result.Errors);
            return result;
        }
    }

    private static async Task<bool> IsOverAsync(TournamentStore store, Guid id) => await OfTheDayAsync(store, id) is { Count: > 0 } runs && runs.All(run => run.Run.ToScored().IsFinished);

    private static async Task<bool> IsOneUnderWayAsync(TournamentStore store, Guid id) => (await OfTheDayAsync(store, id)).Any(run => run.Run.Status == RunStatus.Running);

    private static async Task<List<RecordedRun>> OfTheDayAsync(TournamentStore store, Guid id)
    {
        var stored = (await store.FindAsync(id, CancellationToken.None))!;
        return [.. stored.Runs.Where(run => run.Run.Slot.TestDate == stored.Tournament.Schedule.CompetitionStart)];
    }

    private static Dictionary<string, string?> Environment(TestWorld world) => new(world.Environment)
    {
        ["TOURNAMENT_TEST_NETWORKS"] = string.Join(',', Networks),
        ["TOURNAMENT_TEST_WINDOWS"] = "30",
        ["AGON__Tournaments__OrchestrateEvery"] = "00:00:00.500",
        ["AGON__Tournaments__PollEvery"] = "00:00:00.100",
    };
}
