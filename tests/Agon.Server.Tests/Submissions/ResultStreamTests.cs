using System.Net;
using Agon.Server.Tests.World;
using Microsoft.Extensions.Hosting;

namespace Agon.Server.Tests.Submissions;

/// <summary>Submissions whose answer is a stream (contract section 2.3).</summary>
public class ResultStreamTests
{
    [Fact]
    public async Task A_test_ends_with_its_report()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world, TestWorld.Workers);
        await using var stream = await EventReader.SubmitAsync(server, cliId, "/LCS/cpu/Test", "x = 1");

        var events = await AllAsync(stream);
        Assert.Equal(["status", "result"], events.Select(happened => happened.Kind));
        Assert.Equal("processing", events[0].Data.GetProperty("status").GetString());
        Assert.InRange(events[0].Data.GetProperty("elapsed_time").GetDouble(), 0, 15);
        var data = events[^1].Data;
        Assert.Equal("success", data.GetProperty("status").GetString());
        var result = Assert.Single(data.GetProperty("results").EnumerateArray());
        Assert.True(result.GetProperty("success").GetBoolean());
        Assert.Equal("fake", result.GetProperty("system").GetProperty("hostname").GetString());
        var run = result.GetProperty("runs").GetProperty("test").GetProperty("run");
        Assert.Equal(("said by test", "pass"), (run.GetProperty("stdout").GetString(), run.GetProperty("result").GetProperty("check").GetString()));
        var report = Assert.Single(data.GetProperty("reports").EnumerateArray()).GetString()!;
        Assert.StartsWith("**CPU on Local ✅ success**\n> ✅ Testing successful\n", report);
        Assert.Contains("## Program stdout:\n```\nsaid by test\n```", report);
    }

    [Fact]
    public async Task Of_the_secret_run_only_is_told_what_passed()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world, TestWorld.Workers);
        await using var stream = await EventReader.SubmitAsync(server, cliId, "/lcs/CPU/leaderboard", "x = 1");

        var data = (await AllAsync(stream))[^1].Data;
        var results = data.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(2, results.Count);
        Assert.Equal("said by leaderboard", results[0].GetProperty("runs").GetProperty("leaderboard").GetProperty("run").GetProperty("stdout").GetString());
        var moments = new HashSet<string>();
        foreach (var step in results[1].GetProperty("runs").EnumerateObject())
        {
            var run = step.Value.GetProperty("run");
            Assert.True(run.GetProperty("passed").GetBoolean());
            Assert.Equal(("", "", "{}", 0d), (run.GetProperty("stdout").GetString(), run.GetProperty("stderr").GetString(), run.GetProperty("result").GetRawText(), run.GetProperty("duration").GetDouble()));
            moments.UnionWith([step.Value.GetProperty("start").GetString()!, step.Value.GetProperty("end").GetString()!]);
        }
        Assert.Equal(0, DateTimeOffset.Parse(Assert.Single(moments)).Ticks % TimeSpan.TicksPerSecond);
        Assert.DoesNotContain("private", data.GetRawText());

        var reports = data.GetProperty("reports").EnumerateArray().Select(report => report.GetString()!).ToList();
        Assert.StartsWith("**CPU on Local ✅ success**\n> ✅ Testing successful\n> ✅ Benchmarking successful\n> ✅ Leaderboard run successful\n", reports[0]);
        Assert.Equal("**CPU on Local (secret) ✅ success**\n> ✅ Testing successful\n> ✅ Benchmarking successful\n> ✅ Leaderboard run successful", reports[1]);
    }

    [Theory]
    [InlineData("test", "# WRONG", true, "❌ Testing failed")]
    [InlineData("test", "# DIE", false, "not the entry's fault")]
    public async Task A_failure_is_a_result_too(string mode, string code, bool success, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world, TestWorld.Workers);
        await using var stream = await EventReader.SubmitAsync(server, cliId, $"/lcs/CPU/{mode}", code);

        var last = (await AllAsync(stream))[^1];
        Assert.Equal("result", last.Kind);
        Assert.Equal(success, last.Data.GetProperty("results")[0].GetProperty("success").GetBoolean());
        Assert.StartsWith("**CPU on Local ❌ failure**\n> ", last.Data.GetProperty("reports")[0].GetString());
        Assert.Contains(says, last.Data.GetProperty("reports")[0].GetString());
    }

    [Fact]
    public async Task A_secret_run_that_never_came_back_says_no_more()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world, TestWorld.Workers);
        await using var stream = await EventReader.SubmitAsync(server, cliId, "/lcs/CPU/leaderboard", "# DIE-SECRETLY");

        var data = (await AllAsync(stream))[^1].Data;
        Assert.False(data.GetProperty("results")[1].GetProperty("success").GetBoolean());
        Assert.StartsWith("**CPU on Local (secret) ❌ failure**\n> ❌ ", data.GetProperty("reports")[1].GetString());
        Assert.DoesNotContain("last words", data.GetRawText());
    }

    [Fact]
    public async Task A_sign_of_life_comes_at_once_and_every_15_seconds()
    {
        await using var world = await TestWorld.CreateAsync();
        // By the hurried clock, too: what a server reads for the first time takes long by itself.
        var settings = new Dictionary<string, string?>(TestWorld.NoWorkers) { ["Limits:UploadWithin"] = "00:10:00" };
        var (server, cliId) = await PrepareAsync(world, settings, new HurriedClock());
        await using var stream = await EventReader.SubmitAsync(server, cliId, "/lcs/CPU/test", "x = 1");
        for (var n = 0; n < 4; n++)
        {
            var status = (await stream.NextAsync())!;
            Assert.Equal("status", status.Kind);
            Assert.True(status.Data.GetProperty("elapsed_time").GetDouble() >= 15 * n, $"{n}: {status}");
        }
    }

    [Theory]
    [InlineData("/other/CPU/test", "a.py", "x", HttpStatusCode.NotFound, "no leaderboard 'other'")]
    [InlineData("/lcs/CPU/private", "a.py", "x", HttpStatusCode.BadRequest, "is not a mode")]
    [InlineData("/lcs/H100/test", "a.py", "x", HttpStatusCode.BadRequest, "it runs on CPU")]
    [InlineData("/lcs/CPU/test", "a.py", "", HttpStatusCode.BadRequest, "is empty")]
    public async Task What_is_wrong_before_the_file_is_read_has_a_status_of_its_own(string path, string file, string code, HttpStatusCode status, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world);
        (await server.UploadAsync(cliId, path, code, file)).IsRefusal(status, says);
        (await server.UploadAsync(null, path, code, file)).IsRefusal(HttpStatusCode.BadRequest, "X-Popcorn-Cli-Id is missing");
        (await server.UploadAsync("wrong", path, code, file)).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
        Assert.Equal(0, await world.Jobs.OpenJobsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_missing_or_too_large_has_a_status_of_its_own()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.SendAsync(HttpMethod.Post, "/lcs/CPU/test", cliId)).Status);
        (await server.UploadAsync(cliId, "/lcs/CPU/test", new string('#', 1_000_001))).IsRefusal(HttpStatusCode.RequestEntityTooLarge, "larger than");
    }

    [Theory]
    [InlineData("a.txt", "x", 400, "must end in .py")]
    [InlineData("a.py", "#!POPCORN leaderboard other", 400, "meant for leaderboard 'other'")]
    public async Task What_is_wrong_with_what_was_read_is_told_in_the_stream(string file, string code, int status, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world);
        await ExpectErrorAsync(server, cliId, "/lcs/CPU/test", code, file, status, says);
        Assert.Equal(0, await world.Jobs.OpenJobsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Deadlines_and_closed_boards_are_told_in_the_stream_with_their_true_status()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync("over", deadline: TestWorld.Now.AddSeconds(-1));
        await world.AddBoardAsync("hidden", visibility: "closed");
        var (server, cliId) = await PrepareAsync(world);
        await ExpectErrorAsync(server, cliId, "/over/CPU/test", "x", "a.py", 400, "deadline");
        await ExpectErrorAsync(server, cliId, "/hidden/CPU/test", "x", "a.py", 403, "no invite");
    }

    [Fact]
    public async Task A_client_that_leaves_calls_nothing_off()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world);
        await using (var stream = await EventReader.SubmitAsync(server, cliId, "/lcs/CPU/test", "x = 1"))
            await stream.NextAsync();
        await using var worker = await TestWorker.StartAsync(world, TestWorld.Workers);
        var id = (await server.GetAsync("/user/submissions", cliId)).Json[0].GetProperty("id").GetInt64();
        await using var events = await EventReader.OpenAsync(server, id, cliId);
        Assert.Equal("""{"status":"succeeded","error":null}""", (await events.RestAsync())[^1].Data.GetRawText());
    }

    [Fact]
    public async Task A_deleted_submission_ends_the_stream_without_a_status()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world);
        await using var stream = await EventReader.SubmitAsync(server, cliId, "/lcs/CPU/test", "x = 1");
        await stream.NextAsync();
        var id = (await server.GetAsync("/user/submissions", cliId)).Json[0].GetProperty("id").GetInt64();
        await server.SendAsync(HttpMethod.Delete, $"/user/submissions/{id}", cliId);

        var last = (await AllAsync(stream))[^1];
        Assert.Equal($$"""{"status":"error","detail":"submission {{id}} was deleted"}""", last.Data.GetRawText());
    }

    [Fact]
    public async Task A_server_that_stops_says_that_the_submission_goes_on()
    {
        await using var world = await TestWorld.CreateAsync();
        var (server, cliId) = await PrepareAsync(world);
        await using var stream = await EventReader.SubmitAsync(server, cliId, "/lcs/CPU/test", "x = 1");
        await stream.NextAsync();
        server.Get<IHostApplicationLifetime>().StopApplication();

        var last = (await AllAsync(stream))[^1];
        Assert.Equal(("error", 503), (last.Kind, last.Data.GetProperty("status_code").GetInt32()));
        Assert.Equal(1, await world.Jobs.OpenJobsAsync(CancellationToken.None));
    }

    private static async Task ExpectErrorAsync(TestServer server, string cliId, string path, string code, string file, int status, string says)
    {
        await using var stream = await EventReader.SubmitAsync(server, cliId, path, code, file);
        var only = Assert.Single(await AllAsync(stream));
        Assert.Equal(("error", "error", status), (only.Kind, only.Data.GetProperty("status").GetString(), only.Data.GetProperty("status_code").GetInt32()));
        Assert.Contains(says, only.Data.GetProperty("detail").GetString());
    }

    private static async Task<(TestServer Server, string CliId)> PrepareAsync(
        TestWorld world, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null)
    {
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        return (await world.StartServerAsync(settings, clock), cliId);
    }

    private static async Task<List<StreamEvent>> AllAsync(EventReader stream)
    {
        var all = new List<StreamEvent>();
        while (await stream.NextAsync() is { } next)
            all.Add(next);
        return all;
    }
}
