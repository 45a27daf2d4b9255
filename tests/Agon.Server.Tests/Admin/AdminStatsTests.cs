using System.Net;
using Agon.Server.Tests.World;
using static Agon.Server.Tests.Admin.Operator;

namespace Agon.Server.Tests.Admin;

public class AdminStatsTests
{
    [Fact]
    public async Task Statistics_count_what_was_submitted_and_run()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync("ada");
        var (bob, _) = await world.AddUserAsync("bob");
        await world.RankAsync(ada, board, 0.5, at: TestWorld.Now.AddDays(-2));
        await world.RankAsync(bob, board, 0.25);
        await world.SubmitAsync(bob, board, "x = 2");
        var server = await world.StartServerAsync(WithToken);

        // A run of the world's lasts 864 ms, and its first begins 123 ms after it was submitted, or two days after that.
        Assert.Equal("""
            {"status":"ok","stats":{"num_submissions":3,"sub_waiting":1,"num_users":2,"num_run.CPU":12,"runs_passed.CPU":12,"runs_scored.CPU":4,"runs_secret.CPU":6,"max_delay.CPU":"P2DT0.123S","avg_delay.CPU":"P1DT0.123S","total_runtime.CPU":"PT10.368S","num_unique_codes":2}}
            """, (await AdminAsync(server, HttpMethod.Get, "/admin/stats")).Body);
        Assert.Equal($$$"""
            {"status":"ok","stats":{"num_submissions":2,"sub_waiting":1,"num_users":1,"num_run.CPU":6,"runs_passed.CPU":6,"runs_scored.CPU":2,"runs_secret.CPU":3,"max_delay.CPU":"PT0.123S","avg_delay.CPU":"PT0.123S","total_runtime.CPU":"PT5.184S","total.{{{bob.Id}}}":"PT5.184S"}}
            """, (await AdminAsync(server, HttpMethod.Get, "/admin/stats?last_day_only=true&leaderboard_name=LCS")).Body);
        Assert.Equal("""{"status":"ok","stats":{"num_submissions":0,"sub_waiting":0,"num_users":0,"num_unique_codes":0}}""", (await AdminAsync(server, HttpMethod.Get, "/admin/stats?leaderboard_name=absent")).Body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AdminAsync(server, HttpMethod.Get, "/admin/stats?last_day_only=perhaps")).Status);
    }

    [Fact]
    public async Task All_of_a_users_submissions_to_a_leaderboard_are_deleted_at_once()
    {
        await using var world = await TestWorld.CreateAsync();
        var (board, other) = (await world.AddBoardAsync(), await world.AddBoardAsync("other"));
        var (ada, _) = await world.AddUserAsync("ada");
        var (bob, _) = await world.AddUserAsync("bob");
        await world.RankAsync(ada, board, 0.5);
        await world.SubmitAsync(ada, board);
        var kept = new[] { await world.SubmitAsync(bob, board), await world.SubmitAsync(ada, other) };
        var server = await world.StartServerAsync(WithToken);

        Assert.Equal($$"""{"status":"ok","leaderboard_id":{{board.Id}},"user_name":"ada","deleted_job_status":2,"deleted_runs":6,"deleted_submissions":2}""",
            (await AdminAsync(server, HttpMethod.Delete, $"/admin/submissions?leaderboard_id={board.Id}&user_name=ada")).Body);
        foreach (var id in kept)
            Assert.NotNull(await world.Submissions.FindAsync(id, CancellationToken.None));
        (await AdminAsync(server, HttpMethod.Delete, "/admin/submissions?leaderboard_id=4711&user_name=ada")).IsRefusal(HttpStatusCode.NotFound, "4711");
        foreach (var query in new[] { "", "?user_name=ada", "?leaderboard_id=1", "?leaderboard_id=x&user_name=ada" })
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AdminAsync(server, HttpMethod.Delete, $"/admin/submissions{query}")).Status);
    }
}
