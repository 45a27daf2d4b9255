using System.Net;
using System.Text.Json;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Submissions;

public class SubmissionAnswerTests
{
    [Theory]
    [InlineData("GET", "/user/submissions/{0}")]
    [InlineData("GET", "/submission/{0}/events")]
    [InlineData("DELETE", "/user/submissions/{0}")]
    public async Task A_submission_is_its_authors_alone(string method, string route)
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, adaId) = await world.AddUserAsync("ada");
        var (_, bobId) = await world.AddUserAsync("bob");
        var id = await world.RankAsync(ada, board, 0.5);
        var server = await world.StartServerAsync();
        var path = string.Format(route, id);

        Task<Answer> AskAsync(string address, string? cliId = null) => server.SendAsync(new HttpMethod(method), address, cliId);
        (await AskAsync(path, bobId)).IsRefusal(HttpStatusCode.Forbidden, "not yours");
        (await AskAsync(path, "wrong")).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
        (await AskAsync(path)).IsRefusal(HttpStatusCode.BadRequest, "is missing");
        (await AskAsync(string.Format(route, id + 1), adaId)).IsRefusal(HttpStatusCode.NotFound, $"no submission {id + 1}");
        var unreadable = await AskAsync(string.Format(route, "first"), adaId);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(path, adaId)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unreadable.Status);
        Assert.Equal("""["path","submission_id"]""", unreadable.Json.GetProperty("detail")[0].GetProperty("loc").GetRawText());
    }

    [Fact]
    public async Task A_waiting_submission_has_a_job_and_no_queue_yet()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var id = await world.SubmitAsync(ada, board, "x = 2");
        var server = await world.StartServerAsync();

        var view = (await server.GetAsync($"/user/submissions/{id}", cliId)).Json;
        Assert.Equal((id, board.Id, "lcs"), (view.GetProperty("id").GetInt64(), view.GetProperty("leaderboard_id").GetInt64(), view.GetProperty("leaderboard_name").GetString()));
        Assert.Equal(("a.py", ada.Id, "x = 2"), (view.GetProperty("file_name").GetString(), view.GetProperty("user_id").GetString(), view.GetProperty("code").GetString()));
        Assert.False(view.GetProperty("done").GetBoolean());
        Assert.Equal(0, view.GetProperty("runs").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, view.GetProperty("runner_queue").ValueKind);
        Assert.Equal(("pending", null), (view.GetProperty("job").GetProperty("status").GetString(), view.GetProperty("job").GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Of_a_secret_run_its_author_learns_only_that_it_passed()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var id = await world.RankAsync(ada, board, 0.0033);
        var server = await world.StartServerAsync();

        var answer = await server.GetAsync($"/user/submissions/{id}", cliId);
        var runs = answer.Json.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(6, runs.Count);
        Assert.Equal("succeeded", answer.Json.GetProperty("job").GetProperty("status").GetString());
        Assert.Equal("CPU", answer.Json.GetProperty("runner_queue").GetProperty("gpu").GetString());

        foreach (var secret in runs.Where(run => run.GetProperty("secret").GetBoolean()))
        {
            Assert.True(secret.GetProperty("passed").GetBoolean());
            Assert.Equal(JsonValueKind.Null, secret.GetProperty("score").ValueKind);
            Assert.False(secret.TryGetProperty("result", out _));
            foreach (var time in new[] { "start_time", "end_time" })
                Assert.Equal(0, secret.GetProperty(time).GetDateTimeOffset().Ticks % TimeSpan.TicksPerSecond);
        }
        Assert.DoesNotContain("WHISPERED", answer.Body);

        var shown = runs.Where(run => !run.GetProperty("secret").GetBoolean()).ToDictionary(run => run.GetProperty("mode").GetString()!);
        Assert.Equal("0.0033", shown["leaderboard"].GetProperty("score").GetString());
        Assert.False(shown["leaderboard"].TryGetProperty("result", out _));
        Assert.Equal("shouted", shown["benchmark"].GetProperty("result").GetProperty("benchmark.0.spec").GetString());
        Assert.Equal("pass", shown["test"].GetProperty("result").GetProperty("check").GetString());
    }

    [Fact]
    public async Task A_submission_that_failed_says_why()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        await world.ConnectHandAsync();
        var id = await world.SubmitAsync(ada, board, mode: SubmissionMode.Test);
        await world.Jobs.CompleteAsync(
            await world.ClaimByHandAsync(), TestWorld.Passed(secret: false), new JobOutcome(JobStatus.Failed, "the tests failed on CPU"), score: null, TestWorld.Now, CancellationToken.None);
        var server = await world.StartServerAsync();

        var view = (await server.GetAsync($"/user/submissions/{id}", cliId)).Json;
        Assert.True(view.GetProperty("done").GetBoolean());
        Assert.Equal(("failed", "the tests failed on CPU"),
            (view.GetProperty("job").GetProperty("status").GetString(), view.GetProperty("job").GetProperty("error").GetString()));
    }
}
