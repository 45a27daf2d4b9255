using System.Net;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Submissions;

public class SubmissionDeletionTests
{
    [Fact]
    public async Task A_ranked_submission_may_be_deleted_and_the_ranking_follows()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, adaId) = await world.AddUserAsync("ada");
        var slow = await world.RankAsync(ada, board, 0.5);
        var best = await world.RankAsync(ada, board, 0.25);
        var server = await world.StartServerAsync();

        var answer = await server.SendAsync(HttpMethod.Delete, $"/user/submissions/{best}", adaId);
        Assert.Equal((HttpStatusCode.OK, $$"""{"status":"ok","submission_id":{{best}}}"""), (answer.Status, answer.Body));
        Assert.Equal(slow, Assert.Single((await server.GetAsync("/submissions/lcs/CPU")).Json.EnumerateArray()).GetProperty("submission_id").GetInt64());
        (await server.GetAsync($"/user/submissions/{best}", adaId)).IsRefusal(HttpStatusCode.NotFound, "no submission");
        (await server.GetAsync($"/submission/{best}/events", adaId)).IsRefusal(HttpStatusCode.NotFound, "no submission");
        (await server.SendAsync(HttpMethod.Delete, $"/user/submissions/{best}", adaId)).IsRefusal(HttpStatusCode.NotFound, "no submission");
    }

    [Fact]
    public async Task Deleting_ends_the_runner_and_whoever_watches_is_let_go()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync("ada");
        var server = await world.StartServerAsync(TestWorld.Workers);
        var hanging = await SubmitAsync(server, cliId, "# HANG");
        await using var watch = await EventReader.OpenAsync(server, hanging, cliId);
        while ((await watch.NextAsync())!.Kind != "phase")
            continue;
        var waiting = await SubmitAsync(server, cliId, "x = 1");

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Delete, $"/user/submissions/{hanging}", cliId)).Status);

        Assert.DoesNotContain(await watch.RestAsync(), happened => happened.Kind == "done");
        // One slot: the next one can only run once the first one's runner is gone.
        await using var next = await EventReader.OpenAsync(server, waiting, cliId);
        Assert.Equal("done", (await next.RestAsync())[^1].Kind);
    }

    private static async Task<long> SubmitAsync(TestServer server, string cliId, string code) =>
        (await server.UploadAsync(cliId, "/submission/lcs/CPU/test", code)).Json.GetProperty("details").GetProperty("id").GetInt64();
}
