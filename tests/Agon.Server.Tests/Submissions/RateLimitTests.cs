using System.Net;
using Agon.Domain.Submissions;
using Agon.Server.Tests.World;
using Agon.Storage.Submissions;

namespace Agon.Server.Tests.Submissions;

/// <summary>What stops an upload that is right in itself (contract section 5).</summary>
public class RateLimitTests
{
    [Fact]
    public async Task A_used_up_limit_is_429_with_the_time_to_wait()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (_, id) = await world.AddUserAsync();
        await world.RateLimits.SetAsync(board, ModeCategory.Test, 1, CancellationToken.None);
        var server = await world.StartServerAsync();

        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(id, "/submission/lcs/CPU/test")).Status);
        var refused = await server.UploadAsync(id, "/submission/lcs/CPU/benchmark");
        refused.IsRefusal(HttpStatusCode.TooManyRequests, "1/1 in the last hour; try again in");
        Assert.InRange(int.Parse(refused.Header("Retry-After")), 3500, 3600);
        Assert.Contains($"try again in {refused.Header("Retry-After")} s", refused.Detail);
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(id, "/submission/lcs/CPU/leaderboard")).Status);

        await using var stream = await EventReader.SubmitAsync(server, id, "/lcs/CPU/test", "x = 1");
        var error = (await stream.NextAsync())!;
        Assert.Equal(("error", 429), (error.Kind, error.Data.GetProperty("status_code").GetInt32()));
        Assert.Contains("1/1 in the last hour", error.Data.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_limit_is_told_before_the_deadline()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync(deadline: TestWorld.Now.AddSeconds(-1));
        var (_, id) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        (await server.UploadAsync(id, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "deadline");

        await world.RateLimits.SetAsync(board, ModeCategory.Test, 0, CancellationToken.None);
        var refused = await server.UploadAsync(id, "/submission/lcs/CPU/test");
        refused.IsRefusal(HttpStatusCode.TooManyRequests, "at present (0/0");
        Assert.False(refused.Response.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task A_stopped_intake_stays_stopped_over_a_restart_of_the_server()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, id) = await world.AddUserAsync();
        var first = await world.StartServerAsync();
        await first.Get<IntakeStore>().SetAsync(false, TestWorld.Now, CancellationToken.None);
        (await first.UploadAsync(id, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "no submissions are taken in at present");
        await first.App.StopAsync();

        var second = await world.StartServerAsync();
        (await second.UploadAsync(id, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "no submissions are taken in at present");
        await second.Get<IntakeStore>().SetAsync(true, TestWorld.Now, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Accepted, (await second.UploadAsync(id, "/submission/lcs/CPU/test")).Status);
    }
}
