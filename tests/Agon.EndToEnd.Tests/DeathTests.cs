using System.Net;
using Microsoft.Data.Sqlite;

namespace Agon.EndToEnd.Tests;

/// <summary>Deaths one at a time, with real processes: what <c>./test soak</c> does at random.</summary>
public sealed class DeathTests
{
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
    public async Task A_full_disk_turns_clients_away_and_loses_nothing_once_there_is_room_again()
    {
        await using var disk = await SmallDisk.MountAsync();
        await using var world = await TestWorld.CreateAsync(postgres: false, parent: disk.Folder);
        var participant = new Participant(await world.AddUserAsync("ada"));
        await using var server = await world.ServeAsync();
        var accepted = new List<long> { (await participant.SubmitAsync(server.Client, Right, "leaderboard"))!.Value };
        await Eventually.TrueAsync(async () => (await participant.ShowAsync(server.Client, accepted[0])).GetProperty("job").GetProperty("status").GetString() == "running",
            TimeSpan.FromMinutes(1), () => $"nothing runs: {server.Log}");

        disk.Fill();
        var full = false;
        for (var n = 0; n < 500 && !full; n++)
        {
            // A log that has room in its file takes a few more.
            var (status, id, retryAfter) = await participant.TryAsync(server.Client, $"{Right}# {n} {new string('x', 20_000)}\n", "test");
            full = status == HttpStatusCode.ServiceUnavailable;
            Assert.True(full ? retryAfter : status == HttpStatusCode.Accepted, $"{status}: {server.Log}");
            if (id is { } one)
                accepted.Add(one);
        }
        Assert.True(full, "the disk was never full");
        // While the result of what runs cannot be written.
        await Eventually.TrueAsync(() => Task.FromResult(server.Log.Contains("A heartbeat of job")), TimeSpan.FromMinutes(1), () => $"nobody noticed: {server.Log}");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/leaderboards")).StatusCode);

        disk.MakeRoom();
        foreach (var id in accepted)
        {
            var view = await participant.UntilDoneAsync(server.Client, id, TimeSpan.FromMinutes(3));
            Assert.Equal("succeeded", view.GetProperty("job").GetProperty("status").GetString());
            Assert.Equal(id == accepted[0] ? 6 : 1, view.GetProperty("runs").GetArrayLength());
        }
        await server.KillAsync();
        await using var file = new SqliteConnection($"Data Source={Path.Combine(world.Folder, "agon.db")};Pooling=false");
        await file.OpenAsync();
        await using var check = file.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", await check.ExecuteScalarAsync());
        check.CommandText = "SELECT COUNT(*) FROM submission";
        Assert.Equal((long)accepted.Count, await check.ExecuteScalarAsync());
    }
}
