using System.Net;
using System.Security.Cryptography;
using Agon.Storage.Submissions;
using Microsoft.Data.Sqlite;

namespace Agon.EndToEnd.Tests;

/// <summary>Deaths one at a time, with real processes: what <c>./test soak</c> does at random.</summary>
public sealed class DeathTests
{
    // Of workers that a test stops: far beyond what a busy machine keeps a heartbeat waiting.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private const string AtWork = "is with its runner";

    private const string Right = "def twice(number):\n    return number + number\n";

    [Fact]
    public async Task A_job_whose_runner_dies_three_times_fails_with_the_platform_named_and_the_next_one_runs()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var participant = new Participant(await world.AddUserAsync("ada"));
        await using var server = await world.ServeAsync();
        var id = (await participant.SubmitAsync(server.Client, Right, "test"))!.Value;

        await Eventually.TrueAsync(async () =>
        {
            foreach (var runner in world.Survivors().Where(process => process.Contains("agon-runner")))
                await CommandLine.RunAsync("/bin/bash", ["-c", $"kill -KILL {runner.Split(' ')[0]}"]);
            return (await participant.ShowAsync(server.Client, id)).GetProperty("done").GetBoolean();
        }, TimeSpan.FromMinutes(2), () => $"the job did not end: {server.Log}");

        var view = await participant.ShowAsync(server.Client, id);
        Assert.Equal("failed", view.GetProperty("job").GetProperty("status").GetString());
        Assert.StartsWith("the platform failed 3 times to run this job, which is not the entry's fault", view.GetProperty("job").GetProperty("error").GetString());
        Assert.Equal(0, view.GetProperty("runs").GetArrayLength());
        var next = await participant.UntilDoneAsync(server.Client, (await participant.SubmitAsync(server.Client, Right, "test"))!.Value, TimeSpan.FromMinutes(3));
        Assert.Equal("succeeded", next.GetProperty("job").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_worker_that_is_stopped_past_its_lease_has_no_runner_left_when_another_takes_its_job_up()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var participant = new Participant(await world.AddUserAsync("ada"));
        await using var server = await world.ServeAsync(settings: new Dictionary<string, string?> { ["AGON__Jobs__MinWorkers"] = "0", ["AGON__Jobs__MaxWorkers"] = "0" });
        await using var one = RunningWorker.Start(world, "one", Lease);
        await using var two = RunningWorker.Start(world, "two", Lease);
        await Eventually.TrueAsync(() => Task.FromResult(one.Runners.Count > 0 && two.Runners.Count > 0), TimeSpan.FromMinutes(1), () => $"the workers do not start: {one.Log}{two.Log}");
        var id = (await participant.SubmitAsync(server.Client, $"import time\ntime.sleep(20)\n{Right}", "test"))!.Value;
        await Eventually.TrueAsync(() => Task.FromResult(one.Log.Contains(AtWork) || two.Log.Contains(AtWork)), TimeSpan.FromMinutes(1), () => $"nothing runs: {one.Log}{two.Log}");
        var (first, second) = one.Log.Contains(AtWork) ? (one, two) : (two, one);
        Assert.NotEmpty(first.Runners);

        await StopBetweenWritesAsync(world, first);
        await Eventually.TrueAsync(() => Task.FromResult(second.Log.Contains("attempt 2")), TimeSpan.FromMinutes(1), () => $"nobody takes the job up: {second.Log}{server.Log}");
        Assert.Empty(first.Runners);

        await first.WakeAsync();
        var view = await participant.UntilDoneAsync(server.Client, id, TimeSpan.FromMinutes(2));
        Assert.Equal("succeeded", view.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal(1, view.GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public async Task A_second_server_on_a_SQLite_file_is_refused_until_the_first_one_is_dead()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        await using (var first = await world.ServeAsync())
        {
            var second = await CommandLine.RunAsync(Repository.Agon, ["serve", .. world.Storage, "--urls", "http://127.0.0.1:0"], world.Environment);
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("agon: a server runs on SQLite file", second.Errors);
            await first.KillAsync();
        }
        await using var next = await world.ServeAsync();
    }

    [SmallDiskFact]
    public async Task A_full_disk_turns_clients_away_and_loses_nothing_once_there_is_room_again_on_SQLite()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 8);
        await using var world = await TestWorld.CreateOnAsync(disk, postgres: false);
        var accepted = await FullDiskAsync(world, disk);
        await using var file = new SqliteConnection($"Data Source={Path.Combine(world.Folder, "agon.db")};Pooling=false");
        await file.OpenAsync();
        await using var check = file.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", await check.ExecuteScalarAsync());
        check.CommandText = "SELECT COUNT(*) FROM submission";
        Assert.Equal((long)accepted, await check.ExecuteScalarAsync());
    }

    [SmallDiskFact(NeedsPostgres = true)]
    public async Task A_full_disk_turns_clients_away_and_loses_nothing_once_there_is_room_again_on_Postgres()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 32);
        await using var world = await TestWorld.CreateOnAsync(disk, postgres: true);
        var accepted = await FullDiskAsync(world, disk);
        await using var database = world.Open();
        Assert.Equal(accepted, (await new StatsStore(database).OfAsync(leaderboard: null, since: null, CancellationToken.None)).Submissions);
    }

    // Stopped inside a transaction that writes, it would keep everybody else from the file.
    private static async Task StopBetweenWritesAsync(TestWorld world, RunningWorker worker)
    {
        await using var file = new SqliteConnection($"Data Source={Path.Combine(world.Folder, "agon.db")};Pooling=false;Default Timeout=60");
        await file.OpenAsync();
        await using var ours = file.BeginTransaction(deferred: false);
        await worker.StopAsync();
    }

    /// <returns>How many submissions were accepted.</returns>
    private static async Task<int> FullDiskAsync(TestWorld world, SmallDisk disk)
    {
        var participant = new Participant(await world.AddUserAsync("ada"));
        await using var server = await world.ServeAsync();
        // It ends while the disk is full.
        var accepted = new List<long> { (await participant.SubmitAsync(server.Client, $"import time\ntime.sleep(3)\n{Right}", "leaderboard"))!.Value };
        await Eventually.TrueAsync(async () => (await participant.ShowAsync(server.Client, accepted[0])).GetProperty("job").GetProperty("status").GetString() == "running",
            TimeSpan.FromMinutes(1), () => $"nothing runs: {server.Log}");

        disk.Fill();
        var full = false;
        for (var n = 0; n < 500 && !full; n++)
        {
            // A file that has room in it takes a few more.
            var (status, id, retryAfter) = await participant.TryAsync(server.Client, $"{Right}# {n} {Incompressible(20_000)}\n", "test");
            full = status == HttpStatusCode.ServiceUnavailable;
            Assert.True(full ? retryAfter : status == HttpStatusCode.Accepted, $"{status}: {server.Log}");
            if (id is { } one)
                accepted.Add(one);
        }
        Assert.True(full, "the disk was never full");
        // What runs can neither be recorded nor, on SQLite, keep its lease.
        await Eventually.TrueAsync(() => Task.FromResult(server.Log.Contains("was not recorded") || server.Log.Contains("is lost;")), TimeSpan.FromMinutes(2), () => $"nobody noticed: {server.Log}");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/leaderboards")).StatusCode);

        disk.MakeRoom();
        foreach (var id in accepted)
        {
            var view = await participant.UntilDoneAsync(server.Client, id, TimeSpan.FromMinutes(3));
            Assert.True(view.GetProperty("job").GetProperty("status").GetString() == "succeeded", $"{view}\n{server.Log}");
            Assert.Equal(id == accepted[0] ? 6 : 1, view.GetProperty("runs").GetArrayLength());
        }
        await server.KillAsync();
        return accepted.Count;
    }

    // PostgreSQL packs what it can.
    private static string Incompressible(int bytes) => Convert.ToHexString(RandomNumberGenerator.GetBytes(bytes / 2));
}
