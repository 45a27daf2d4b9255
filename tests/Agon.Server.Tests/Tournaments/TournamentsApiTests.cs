using System.Net;
using System.Text.Json;
using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;
using Agon.Server.Tests.World;
using Agon.Server.Tournaments;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Logging;
using static Agon.Server.Tests.Tournaments.TournamentWorld;

namespace Agon.Server.Tests.Tournaments;

/// <summary>What everybody may read of tournaments (tournament contract, section 3).</summary>
public class TournamentsApiTests
{
    [Fact]
    public async Task A_server_forgets_old_sources_and_datasets_once_their_tournament_is_over()
    {
        var bucket = Directory.CreateTempSubdirectory("agon-bucket-").FullName;
        await using var world = await CreateAsync();
        var server = world.Server;
        var data = server.Get<ServerSettings>().DataFolder!;
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "ada");
        var checkout = Directory.CreateDirectory(Path.Combine(data, "sources", "checkouts", Commit)).FullName;
        Directory.SetLastWriteTimeUtc(checkout, TestWorld.Now.UtcDateTime.AddDays(-31));
        var dataset = Path.Combine("torus", $"{FirstDay.AddDays(3):yyyy-MM-dd}", "30", "META.json");
        foreach (var place in (string[])[bucket, Path.Combine(data, "datasets")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(place, dataset))!);
            await File.WriteAllTextAsync(Path.Combine(place, dataset), "{}");
        }
        var here = Path.Combine(data, "datasets", dataset);
        File.SetLastWriteTimeUtc(here, TestWorld.Now.UtcDateTime.AddDays(-31));
        using var datasets = new DatasetStore(Path.Combine(data, "datasets"), new FolderPlace(bucket));
        async Task<(bool, bool)> AreThereAfterTidyingAsync()
        {
            await Tidier(world, datasets, TimeProvider.System).TidyAsync(CancellationToken.None);
            return (Directory.Exists(checkout), File.Exists(here));
        }

        Assert.Equal((true, true), await AreThereAfterTidyingAsync());
        await world.PlayAsync(id, Play);
        // Its winner may still be promoted, until that is decided.
        Assert.Equal((true, false), await AreThereAfterTidyingAsync());
        Assert.True(await server.Get<Promoter>().TryNextAsync(tournamentId: null, CancellationToken.None));
        Assert.Equal((false, false), await AreThereAfterTidyingAsync());
        Directory.Delete(bucket, recursive: true);
    }

    [Fact]
    public async Task An_old_dataset_that_cannot_be_removed_is_told_once_each_time_and_holds_up_nobody()
    {
        var clock = new MovableClock();
        await using var world = await CreateAsync(settings: ErrorEar.Heeded(new Dictionary<string, string?>()), clock: clock);
        using var ear = ErrorEar.At(world.Server);
        var folder = Path.Combine(world.Server.Get<ServerSettings>().DataFolder!, "datasets");
        var meta = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "torus", $"{FirstDay:yyyy-MM-dd}", "30")).FullName, "META.json");
        await File.WriteAllTextAsync(meta, new string(' ', DatasetMeta.MostBytes + 1));
        File.SetLastWriteTimeUtc(meta, clock.GetUtcNow().UtcDateTime - TournamentTidier.Kept - TimeSpan.FromDays(1));
        using var datasets = new DatasetStore(folder, new FolderPlace(folder));
        var tidier = Tidier(world, datasets, clock);
        foreach (var told in (int[])[1, 1, 2])
        {
            await tidier.TidyAsync(CancellationToken.None);
            Assert.Equal(told, ear.Heard.Count(line => line.Contains("Old datasets could not be removed", StringComparison.Ordinal) && line.Contains("META.json of torus", StringComparison.Ordinal)));
            clock.Move(TimeSpan.FromHours(3.5));
        }
    }

    [Fact]
    public async Task A_promotion_in_which_one_process_after_the_other_dies_waits_for_an_operator_in_the_end()
    {
        var clock = new MovableClock();
        await using var world = await CreateAsync(clock: clock);
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "better");
        await world.PlayAsync(id, Play);
        var promotions = world.Server.Get<PromotionStore>();
        for (var n = 1; n <= PromotionRetries.Most; n++)
        {
            // It takes it up, and is not heard of again.
            var at = TestWorld.Now.AddMinutes(n);
            Assert.Equal(n, (await promotions.ClaimAsync($"dead/{n}", id, at, at.AddSeconds(30), CancellationToken.None))!.Tries);
        }

        clock.Move(TimeSpan.FromHours(1));
        Assert.True(await world.Server.Get<Promoter>().TryNextAsync(id, CancellationToken.None));
        var held = (await promotions.FindAsync(id, CancellationToken.None))!;
        Assert.Equal(PromotionState.Held, held.State);
        Assert.Contains("ended in the middle", held.Reason, StringComparison.Ordinal);
        Assert.Contains($"agon baseline promote --tournament-id {id}", held.Reason, StringComparison.Ordinal);
        clock.Move(TimeSpan.FromDays(1));
        Assert.False(await world.Server.Get<Promoter>().TryNextAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task A_tournament_whose_machine_makes_no_runs_names_it_everywhere_and_the_log_tells_the_cure_once()
    {
        var clock = new MovableClock();
        clock.Move(TestWorld.Now - clock.GetUtcNow());   // the other tests before this one may have taken minutes
        await using var world = await CreateAsync(settings: ErrorEar.Heeded(new Dictionary<string, string?>()), clock: clock);
        using var ear = ErrorEar.At(world.Server);
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "ada");
        var day = FirstDay.AddDays(3);
        await world.PlayDayAsync(id, 1, Play);
        await world.Tournaments.TickAsync(id, day.AddDays(1), TestWorld.Now, CancellationToken.None);
        var orchestrator = world.Server.Get<TournamentOrchestrator>();
        await orchestrator.TickAllAsync(type: null, day.AddDays(1), CancellationToken.None);
        Assert.Equal(JsonValueKind.Null, (await world.GetAsync($"/{id}")).Json.GetProperty("waits_for_machine").ValueKind);

        clock.Move(TimeSpan.FromMinutes(5));
        Assert.Equal("hand", (await world.GetAsync($"/{id}")).Json.GetProperty("waits_for_machine").GetString());
        Assert.Contains("the machine <bdi>hand</bdi>", (await world.Server.GetAsync($"/tournament/{id}")).Body);
        Assert.DoesNotContain(ear.Heard, line => line.Contains("waits for the machine", StringComparison.Ordinal));
        for (var n = 0; n < 3; n++)
            await orchestrator.TickAllAsync(type: null, day.AddDays(1), CancellationToken.None);
        var told = Assert.Single(ear.Heard, line => line.Contains("waits for the machine hand", StringComparison.Ordinal));
        Assert.Contains($"agon tournament move --tournament-id {id}", told, StringComparison.Ordinal);

        // Another one makes them, is lost, and is told in its turn.
        Assert.True(await world.Runs.MoveAsync(id, "other", CancellationToken.None));
        await orchestrator.TickAllAsync(type: null, day.AddDays(1), CancellationToken.None);
        Assert.Single(ear.Heard, line => line.Contains("waits for the machine other", StringComparison.Ordinal));
    }

    [Fact]
    public Task Tournaments_are_read_on_SQLite() => ReadAllAsync(onPostgres: false);

    [PostgresFact]
    public Task Tournaments_are_read_on_PostgreSQL() => ReadAllAsync(onPostgres: true);

    [Fact]
    public async Task The_list_has_filters_and_pages()
    {
        await using var world = await CreateAsync();
        var early = await world.DraftAsync("early");
        var late = await world.DraftAsync("late", opensIn: 3);
        var ml = await world.DraftAsync("ranking", ImageType.Ml, opensIn: 9);
        await world.RegisterAsync(early, "ada", "bob");

        Assert.Equal([ml, late, early], Ids(await world.GetAsync("")));
        Assert.Equal([late, early], Ids(await world.GetAsync("?image_type=analytics")));
        Assert.Equal([early], Ids(await world.GetAsync("?status=registration&image_type=analytics")));
        Assert.Empty(Ids(await world.GetAsync("?status=cancelled")));

        var page = (await world.GetAsync("?limit=1&offset=1")).Json;
        Assert.Equal("""{"total":3,"limit":1,"offset":1,"has_more":true}""", page.GetProperty("pagination").ToString());
        Assert.Equal([late], [.. page.GetProperty("tournaments").EnumerateArray().Select(one => one.GetProperty("tournament_id").GetGuid())]);
        Assert.Equal("""{"total":3,"limit":20,"offset":2147483647,"has_more":false}""", (await world.GetAsync("?offset=2147483647")).Json.GetProperty("pagination").ToString());
        var counts = (await world.GetAsync("")).Json.GetProperty("tournaments").EnumerateArray().Select(one => one.GetProperty("participant_count").GetInt32());
        Assert.Equal([0, 0, 2], counts);
    }

    [Theory]
    [InlineData("?status=open", "draft, registration, in_progress")]
    [InlineData("?status=DRAFT", "is none of")]
    [InlineData("?status=", "is none of")]
    [InlineData("?image_type=python", "analytics, ml")]
    [InlineData("?limit=0", "from 1 to 100")]
    [InlineData("?limit=101", "from 1 to 100")]
    [InlineData("?limit=1&limit=2", "from 1 to 100")]
    [InlineData("?limit=ten", "from 1 to 100")]
    [InlineData("?offset=-1", "from 0 up")]
    [InlineData("/1", "no id of a tournament")]
    [InlineData("/1/participants", "no id of a tournament")]
    [InlineData("/1/participants/ada", "no id of a tournament")]
    [InlineData("/1/daily-metrics", "no id of a tournament")]
    [InlineData("/1/days/1", "no id of a tournament")]
    [InlineData("/1/results", "no id of a tournament")]
    [InlineData("/1/leaderboard", "no id of a tournament")]
    public async Task What_cannot_be_meant_is_an_invalid_request(string path, string says)
    {
        await using var world = await CreateAsync();
        (await world.GetAsync(path)).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", says);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/participants")]
    [InlineData("/participants/ada")]
    [InlineData("/daily-metrics?day=1")]
    [InlineData("/days/1")]
    [InlineData("/results")]
    [InlineData("/leaderboard")]
    public async Task A_tournament_that_there_is_not_is_not_found(string path)
    {
        await using var world = await CreateAsync();
        (await world.GetAsync($"/{Guid.NewGuid()}{path}")).Refuses(HttpStatusCode.NotFound, "TOURNAMENT_NOT_FOUND", "there is no tournament");
    }

    [Fact]
    public async Task A_draft_has_its_baseline_and_nothing_else_yet()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        var details = (await world.GetAsync($"/{id}")).Json;
        Assert.Equal("draft", Text(details, "status"));
        Assert.Equal(("v1.0.0", "baseline_v1.0.0"), (Text(details.GetProperty("baseline"), "version"), Text(details.GetProperty("baseline"), "hotkey")));
        Assert.Equal("""{"total":0,"active":0,"disqualified":0}""", details.GetProperty("participants").ToString());
        Assert.Equal("""{"winner_hotkey":null,"baseline_beaten":false,"current_day":0,"days_completed":0}""", details.GetProperty("results").ToString());
        Assert.Equal(
            """{"max_participants":10,"epoch_days":2,"test_networks":["torus","bittensor"],"test_window_days":[90,30]}""",
            details.GetProperty("configuration").ToString());
        Assert.Equal(0, (await world.GetAsync($"/{id}/results")).Json.GetProperty("results").GetArrayLength());
        Assert.Equal(0, (await world.GetAsync($"/{id}/daily-metrics")).Json.GetProperty("days").GetArrayLength());
        (await world.GetAsync($"/{id}/days/1")).Refuses(HttpStatusCode.NotFound, "DAY_NOT_FOUND", "no day 1");
        (await world.GetAsync($"/{id}/participants/ada")).Refuses(HttpStatusCode.NotFound, "PARTICIPANT_NOT_FOUND", "'ada' takes no part");
    }

    [Fact]
    public async Task A_day_is_found_by_its_number_and_by_its_date()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "better");
        await world.PlayDayAsync(id, 1, Play);
        var day = (await world.GetAsync($"/{id}/days/1")).Body;
        foreach (var query in new[] { "", "?day=1", $"?date={FirstDay.AddDays(3):yyyy-MM-dd}", $"?day=1&date={FirstDay.AddDays(3):yyyy-MM-dd}" })
            Assert.Equal($$"""{"tournament_id":"{{id}}","days":[{{day}}]}""", (await world.GetAsync($"/{id}/daily-metrics{query}")).Body);

        (await world.GetAsync($"/{id}/daily-metrics?day=2")).Refuses(HttpStatusCode.NotFound, "DAY_NOT_FOUND", "no day");
        (await world.GetAsync($"/{id}/daily-metrics?day=3")).Refuses(HttpStatusCode.NotFound, "DAY_NOT_FOUND", "no day 3");
        (await world.GetAsync($"/{id}/days/0")).Refuses(HttpStatusCode.NotFound, "DAY_NOT_FOUND", "no day 0");
        (await world.GetAsync($"/{id}/days/one")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "no number of a day");
        (await world.GetAsync($"/{id}/daily-metrics?date=2026-02-30")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "YYYY-MM-DD");
        (await world.GetAsync($"/{id}/daily-metrics?day=1&date=2026-02-03")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "give one of both");
        (await world.GetAsync($"/{id}/daily-metrics?date=2026-02-03")).Refuses(HttpStatusCode.NotFound, "DAY_NOT_FOUND", "2026-02-03");
    }

    [Fact]
    public async Task A_timeout_and_a_failure_are_told_as_such()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "slow", "crash");
        await world.PlayDayAsync(id, 1, task => task.Run.Hotkey switch
        {
            "slow" => Found(task, 0, 3601) with { Status = RunStatus.Timeout, Patterns = null },
            "crash" => Found(task, 0, 1) with { Status = RunStatus.Failed, Patterns = null, ExitCode = 3, DataCorrectnessPassed = false, Error = "exit code 3" },
            _ => Play(task),
        });
        var runs = (await world.GetAsync($"/{id}/days/1")).Json.GetProperty("runs");
        Assert.Equal(["completed", "disqualified", "disqualified"], runs.EnumerateArray().Select(run => Text(run, "status")));
        var (slow, crash) = (runs[1].GetProperty("network_runs")[0], runs[2].GetProperty("network_runs")[0]);
        Assert.Equal(("timeout", "failed"), (Text(slow, "status"), Text(crash, "status")));
        Assert.Contains("longer than 3600 s", Text(slow.GetProperty("disqualification"), "message"));
        Assert.Equal(("data_correctness_failed", 3), (Text(crash.GetProperty("disqualification"), "reason"), crash.GetProperty("performance").GetProperty("container_exit_code").GetInt32()));
        Assert.Equal("exit code 3", Text(crash, "error_message"));
        Assert.Equal("""{"total":2,"active":0,"disqualified":2}""", (await world.GetAsync($"/{id}")).Json.GetProperty("participants").ToString());
    }

    [Fact]
    public async Task Ranking_tournaments_show_their_own_figures()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync(type: ImageType.Ml);
        await world.RegisterAsync(id, "better");
        await world.PlayAsync(id, Play);
        var run = (await world.GetAsync($"/{id}/days/1")).Json.GetProperty("runs")[1].GetProperty("network_runs")[0];
        Assert.Equal("""{"auc_roc":0.9,"precision_at_recall_80":0.4}""", run.GetProperty("risk_scores").ToString());
        Assert.Equal("""{"all_addresses_exist":true,"all_connections_exist":true,"data_correctness_passed":true}""", run.GetProperty("data_validation").ToString());
        Assert.Equal(1.2, run.GetProperty("baseline_comparison").GetProperty("synthetic_recall_vs_baseline").GetDouble(), 1e-9);
        Assert.Equal(0.9, (await world.GetAsync($"/{id}/participants/better")).Json.GetProperty("daily_performance")[0].GetProperty("day_score").GetDouble(), 1e-9);
        Assert.Equal("better", Text((await world.GetAsync($"/{id}/results")).Json, "winner_hotkey"));
    }

    private static async Task ReadAllAsync(bool onPostgres)
    {
        await using var world = await CreateAsync(onPostgres);
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "better", "slow", "wrong");
        await world.PlayAsync(id, Play);

        var listed = Assert.Single((await world.GetAsync("?status=completed")).Json.GetProperty("tournaments").EnumerateArray());
        Assert.Equal("""{"hotkey":"better","beat_baseline":true}""", listed.GetProperty("winner").ToString());
        Assert.Equal(3, listed.GetProperty("participant_count").GetInt32());

        var details = (await world.GetAsync($"/{id}")).Json;
        Assert.Equal("""{"total":3,"active":0,"disqualified":1}""", details.GetProperty("participants").ToString());
        Assert.Equal("""{"winner_hotkey":"better","baseline_beaten":true,"current_day":2,"days_completed":2}""", details.GetProperty("results").ToString());

        var participants = (await world.GetAsync($"/{id}/participants")).Json.GetProperty("participants");
        Assert.Equal(["baseline_v1.0.0", "better", "slow", "wrong"], participants.EnumerateArray().Select(one => Text(one, "hotkey")));
        Assert.Equal(["completed", "completed", "completed", "disqualified"], participants.EnumerateArray().Select(one => Text(one, "status")));
        Assert.Equal((Commit, 2), (Text(participants[3], "commit_hash"), participants[3].GetProperty("disqualified_on_day").GetInt32()));

        var results = (await world.GetAsync($"/{id}/results")).Json.GetProperty("results");
        Assert.Equal(["better", "baseline_v1.0.0", "slow", "wrong"], results.EnumerateArray().Select(one => Text(one, "hotkey")));
        Assert.Equal(0.5 * 0.75 + 0.3 + 0.2, results[0].GetProperty("final_score").GetDouble(), 1e-9);
        Assert.Equal("data_correctness_failed", Text(results[3], "disqualification_reason"));
        var board = (await world.GetAsync($"/{id}/leaderboard")).Json.GetProperty("leaderboard");
        Assert.Equal(results.EnumerateArray().Select(one => Text(one, "hotkey")), board.EnumerateArray().Select(one => Text(one, "hotkey")));
        Assert.Equal(results[2].GetProperty("performance_score").GetDouble(), board[2].GetProperty("scores").GetProperty("performance_score").GetDouble());
        Assert.Equal(2, board[2].GetProperty("stats").GetProperty("days_completed").GetInt32());

        var history = (await world.GetAsync($"/{id}/participants/wrong")).Json;
        Assert.Equal(("disqualified", 4), (Text(history.GetProperty("status"), "current_status"), history.GetProperty("result").GetProperty("rank").GetInt32()));
        var performance = history.GetProperty("daily_performance");
        Assert.Equal([1, 2], performance.EnumerateArray().Select(day => day.GetProperty("day_number").GetInt32()));
        Assert.Equal(["bittensor", "torus"], performance[0].GetProperty("networks").EnumerateObject().Select(network => network.Name));
        Assert.Equal([30, 90], performance[0].GetProperty("networks").GetProperty("torus").GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("window_days").GetInt32()));
        Assert.False(performance[1].GetProperty("networks").EnumerateObject().First().Value.GetProperty("data_correctness_passed").GetBoolean());

        var day = (await world.GetAsync($"/{id}/days/2")).Json;
        Assert.Equal("""{"networks_tested":["bittensor","torus"],"window_days_tested":[30,90],"total_runs":13}""", day.GetProperty("dataset").ToString());
        Assert.Equal([1, 5, 9, 13], day.GetProperty("runs").EnumerateArray().Select(own => own.GetProperty("run_order").GetInt32()));
        Assert.Equal(["completed", "completed", "completed", "disqualified"], day.GetProperty("runs").EnumerateArray().Select(own => Text(own, "status")));
        Assert.Equal(JsonValueKind.Null, day.GetProperty("runs")[0].GetProperty("network_runs")[0].GetProperty("baseline_comparison").ValueKind);
        Assert.Equal(
            """{"synthetic_recall_vs_baseline":1,"novelty_vs_baseline":1,"execution_time_vs_baseline":2}""",
            day.GetProperty("runs")[2].GetProperty("network_runs")[0].GetProperty("baseline_comparison").ToString());
        Assert.Equal(
            ["bittensor 30", "bittensor 90", "torus 30", "torus 90"],
            day.GetProperty("runs")[1].GetProperty("network_runs").EnumerateArray().Select(run => $"{Text(run, "network")} {run.GetProperty("window_days")}"));
    }

    private static IEnumerable<Guid> Ids(Answer answer) =>
        answer.Json.GetProperty("tournaments").EnumerateArray().Select(one => one.GetProperty("tournament_id").GetGuid());

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static TournamentTidier Tidier(TournamentWorld world, DatasetStore datasets, TimeProvider clock) => new(
        world.Tournaments, world.Server.Get<TournamentReadStore>(), world.Participants, world.Server.Get<ParticipantSources>(), datasets, clock,
        world.Server.Get<ILogger<TournamentTidier>>());
}
