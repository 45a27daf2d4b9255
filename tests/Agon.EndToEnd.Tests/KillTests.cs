using Agon.Storage.Submissions;

namespace Agon.EndToEnd.Tests;

/// <summary>The server dies by <c>kill -9</c> while entries run; nothing that it accepted is lost or recorded twice.</summary>
public sealed class KillTests
{
    private const int Kills = 10;
    private const string Right = "def twice(number):\n    return number + number\n";

    [Fact]
    public Task Killed_server_loses_no_submission_and_records_none_twice_on_Sqlite() => KillAsync(postgres: false);

    [PostgresFact]
    public Task Killed_server_loses_no_submission_and_records_none_twice_on_Postgres() => KillAsync(postgres: true);

    private static async Task KillAsync(bool postgres)
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var participant = new Participant(await world.AddUserAsync("mortal"));
        var port = RunningServer.FreePort();
        var random = new Random(20261122);
        var accepted = new Dictionary<long, string>();
        var hitWhileRunning = 0;

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await world.ServeAsync(port);
            var mode = kill % 2 == 0 ? "leaderboard" : "test";
            if (await participant.SubmitAsync(server.Client, Right, mode) is { } id)
                accepted.Add(id, mode);
            await FinishOneAsync(world, server, participant, accepted);

            // Something runs now, and one more POST is on its way when the server dies.
            if (await participant.SubmitAsync(server.Client, Right, mode) is { } second)
                accepted.Add(second, mode);
            await Eventually.TrueAsync(
                async () => (await StatusesAsync(server, participant, accepted)).Contains("running"),
                TimeSpan.FromSeconds(30), () => $"nothing runs: {server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 900)), TimeProvider.System, CancellationToken.None);
            var unanswered = participant.SubmitAsync(server.Client, Right, "test");
            hitWhileRunning += (await StatusesAsync(server, participant, accepted)).Contains("running") ? 1 : 0;
            await server.KillAsync();
            if (await unanswered is { } third)
                accepted.Add(third, "test");
        }

        Assert.True(hitWhileRunning >= Kills / 2, $"only {hitWhileRunning} of {Kills} kills hit a running job");
        await using var last = await world.ServeAsync(port);
        await AssertEveryRunOnceAsync(world, accepted);
        await last.KillAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(world.Survivors().Count == 0), TimeSpan.FromSeconds(10),
            () => $"alive after their server: {string.Join("; ", world.Survivors())}");
    }

    // A job that a kill hits again and again would honestly end after three attempts; so each server ends one job first.
    private static async Task FinishOneAsync(TestWorld world, RunningServer server, Participant participant, Dictionary<long, string> accepted)
    {
        var before = (await StatusesAsync(server, participant, accepted)).Count(status => status == "succeeded");
        await Eventually.TrueAsync(
            async () => (await StatusesAsync(server, participant, accepted)).Count(status => status == "succeeded") > before
                || before == accepted.Count,
            TimeSpan.FromMinutes(2), () => $"no submission of {world.Folder} ended: {server.Log}");
    }

    private static async Task<List<string?>> StatusesAsync(RunningServer server, Participant participant, Dictionary<long, string> accepted)
    {
        var statuses = new List<string?>();
        foreach (var id in accepted.Keys)
            statuses.Add((await participant.ShowAsync(server.Client, id)).GetProperty("job").GetProperty("status").GetString());
        return statuses;
    }

    private static async Task AssertEveryRunOnceAsync(TestWorld world, Dictionary<long, string> accepted)
    {
        await using var database = world.Open();
        var store = new SubmissionStore(database);
        // A POST that was never answered may have been accepted all the same: then it has its run as well.
        for (var id = 1L; id <= accepted.Keys.Max() + Kills; id++)
        {
            var submission = await store.FindAsync(id, CancellationToken.None);
            if (submission is null && !accepted.ContainsKey(id))
                continue;
            await Eventually.TrueAsync(
                async () => (submission = await store.FindAsync(id, CancellationToken.None)) is { Done: true },
                TimeSpan.FromMinutes(3), () => $"submission {id} did not end: {submission}");
            Assert.True(submission is { Done: true, JobStatus: "succeeded" }, $"submission {id}: {submission?.JobStatus} {submission?.JobError}");
            var runs = (await store.RunsAsync(id, CancellationToken.None)).Select(run => (run.Secret, run.Mode)).Order();
            Assert.Equal(accepted.GetValueOrDefault(id, "test") == "test" ? Tested : Ranked, runs);
        }
    }

    private static readonly (bool Secret, string Mode)[] Tested = [(false, "test")];

    private static readonly (bool Secret, string Mode)[] Ranked = [
        (false, "benchmark"), (false, "leaderboard"), (false, "test"), (true, "benchmark"), (true, "leaderboard"), (true, "test")];
}
