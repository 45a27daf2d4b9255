using Agon.Domain.Jobs;
using Agon.Soak;
using Agon.Storage.Submissions;

namespace Agon.EndToEnd.Tests;

/// <summary>The server dies by <c>kill -9</c> while entries run; nothing that it accepted is lost or recorded twice.</summary>
public sealed class KillTests
{
    private const int Kills = 10;
    private const string Right = "def twice(number):\n    return number + number\n";

    // A last attempt must not be lost to a machine that was busy for a moment; each kill waits for the end of a lease.
    private static readonly Dictionary<string, string?> Patient = new() { ["AGON__Jobs__Lease"] = "00:00:05" };

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
        var hits = new List<JobRow>();

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await world.ServeAsync(port, Patient);
            for (var n = 0; n < 2; n++)
            {
                var mode = (kill + n) % 2 == 0 ? "leaderboard" : "test";
                if (await participant.SubmitAsync(server.Client, Right, mode) is { } id)
                    accepted.Add(id, mode);
            }
            await UntilOneRunsThatMayBeHitAsync(world, server);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 600)), TimeProvider.System, CancellationToken.None);
            await UntilOneRunsThatMayBeHitAsync(world, server);

            // One more POST is on its way when the server dies.
            var unanswered = participant.SubmitAsync(server.Client, Right, "test");
            await server.KillAsync();
            hits.AddRange(await HeldAsync(world, server));
            if (await unanswered is { } third)
                accepted.Add(third, "test");
        }

        Assert.True(hits.Count >= Kills / 2, $"only {hits.Count} attempts were hit by {Kills} kills");
        await using var last = await world.ServeAsync(port, Patient);
        await AssertEveryRunOnceAsync(world, accepted, [.. hits.Where(hit => hit.Attempt == JobRules.MaxAttempts).Select(hit => hit.Submission)]);
        await last.KillAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(world.Survivors().Count == 0), TimeSpan.FromMinutes(1),
            () => $"alive after their server: {string.Join("; ", world.Survivors())}");
    }

    // A job whose last attempt is killed honestly ends as failed: as far as can be seen from outside, it is left to finish.
    private static Task UntilOneRunsThatMayBeHitAsync(TestWorld world, RunningServer server) => Eventually.TrueAsync(
        async () => await HeldAsync(world, server) is { Count: > 0 } held && held.All(job => job.Attempt < JobRules.MaxAttempts)
            && world.Survivors().Any(process => process.Contains("agon-runner")),
        TimeSpan.FromMinutes(2), () => $"nothing runs: {server.Log}");

    // What a dead server held counts as running until its lease is over.
    private static async Task<List<JobRow>> HeldAsync(TestWorld world, RunningServer server) =>
        [.. (await world.Witness.RunningAsync()).Where(job => job.Worker!.Contains($"/{server.Id}/", StringComparison.Ordinal))];

    private static async Task AssertEveryRunOnceAsync(TestWorld world, Dictionary<long, string> accepted, HashSet<long> exhausted)
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
            if (exhausted.Contains(id))
            {
                Assert.StartsWith($"the platform failed {JobRules.MaxAttempts} times", submission!.JobError);
                continue;
            }
            Assert.True(submission is { Done: true, JobStatus: "succeeded" }, $"submission {id}: {submission?.JobStatus} {submission?.JobError}");
            var runs = (await store.RunsAsync(id, CancellationToken.None)).Select(run => (run.Secret, run.Mode)).Order();
            Assert.Equal(accepted.GetValueOrDefault(id, "test") == "test" ? Tested : Ranked, runs);
        }
    }

    private static readonly (bool Secret, string Mode)[] Tested = [(false, "test")];

    private static readonly (bool Secret, string Mode)[] Ranked = [
        (false, "benchmark"), (false, "leaderboard"), (false, "test"), (true, "benchmark"), (true, "leaderboard"), (true, "test")];
}
