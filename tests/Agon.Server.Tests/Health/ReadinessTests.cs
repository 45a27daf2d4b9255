using System.Net;
using System.Text.Json;
using Agon.Server.Health;
using Agon.Server.Tests.World;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Agon.Server.Tests.Health;

public sealed class ReadinessTests
{
    [Fact]
    public async Task A_server_that_can_work_names_all_that_was_looked_at()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(TestWorld.Workers);
        await Eventually.IsAsync(async () => Status((await server.GetAsync("/health/ready")).Json, "runner") == "ok");
        var ready = await server.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.OK, "ready"), (ready.Status, ready.Json.GetProperty("status").GetString()));
        Assert.Equal(
            ["database", "migrations", "writes", "disk", "runner", "devices", "stopping"],
            ready.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_device_that_no_machine_offers_is_named_but_entries_are_taken_in()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync(gpus: ["B200"]);
        await world.AddBoardAsync("closed", gpus: ["H100"], deadline: TestWorld.Now.AddDays(-1));
        await world.AddBoardAsync("hidden", gpus: ["A100"], visibility: "closed");
        var ready = await (await world.StartServerAsync()).GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.OK, "warning"), (ready.Status, Status(ready.Json, "devices")));
        Assert.Contains("offers b200,", ready.Body);
    }

    [Fact]
    public async Task Tables_that_are_behind_are_a_503()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        await world.ForgetMigrationAsync();
        await IsBrokenAsync(server, "migrations");
    }

    [Fact]
    public async Task A_database_that_is_gone_is_a_503_that_tells_no_path()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var address = world.TakeDatabaseAway();
        Assert.DoesNotContain(address, (await IsBrokenAsync(server, "database")).Body);
    }

    [PostgresFact]
    public async Task A_database_that_answers_and_takes_no_writes_is_a_503_that_says_so_as_long_as_it_lasts()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/ready")).Status);

        await SetReadOnlyAsync(world, true);
        await Eventually.IsAsync(async () => (await server.GetAsync("/health/ready")).Json is var json && (Status(json, "database"), Status(json, "writes")) == ("ok", "problem"));
        var refused = await server.UploadAsync(cliId, "/submission/lcs/CPU/test");
        refused.IsRefusal(HttpStatusCode.ServiceUnavailable, "database");
        Assert.Equal("5", refused.Header("Retry-After"));

        await SetReadOnlyAsync(world, false);
        await Eventually.IsAsync(async () => (await server.GetAsync("/health/ready")).Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status);
    }

    [Fact]
    public async Task A_machine_whose_runner_cannot_start_is_a_503()
    {
        await using var world = await TestWorld.CreateAsync();
        await using var server = await TestServer.StartAsync(world.ServerSettings with { RunnerPath = "/nowhere/agon-runner" }, TestWorld.Around(TestWorld.Workers));
        Assert.DoesNotContain("/nowhere", (await IsBrokenAsync(server, "runner")).Body);
    }

    [Fact]
    public async Task A_machine_without_a_sandbox_is_a_503_unless_all_submitters_are_trusted()
    {
        await using var world = await TestWorld.CreateAsync();
        var bare = world.ServerSettings with { RunnerPath = TestWorld.RunnerPath + "-without-sandbox" };
        await using (var server = await TestServer.StartAsync(bare, TestWorld.Around(TestWorld.Workers)))
            Assert.Contains("no sandbox", (await IsBrokenAsync(server, "runner")).Body);
        await using var trusting = await TestServer.StartAsync(bare with { TrustAllSubmitters = true }, TestWorld.Around(TestWorld.Workers));
        await Eventually.IsAsync(async () => (await trusting.GetAsync("/health/ready")).Body.Contains("trusted", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await trusting.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task A_server_that_goes_says_so()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        server.Get<IHostApplicationLifetime>().StopApplication();
        await IsBrokenAsync(server, "stopping");
    }

    [Fact]
    public async Task A_look_that_hangs_is_answered_in_time_and_not_started_again()
    {
        var looks = 0;
        var hangs = new TaskCompletionSource<Domain.Health.Finding>();
        var check = new BoundedCheck("slow", _ => { looks++; return hangs.Task; }, new HurriedClock(), NullLogger.Instance);
        Assert.Contains("no answer within 2 s", (await check.AskAsync()).Detail);
        Assert.Contains("no answer within 2 s", (await check.AskAsync()).Detail);
        Assert.Equal(1, looks);
        hangs.SetResult(new Domain.Health.Finding("slow", Domain.Health.FindingStatus.Ok, "at last"));
        Assert.Equal("at last", (await check.AskAsync()).Detail);
    }

    [Fact]
    public async Task A_hundred_who_ask_at_once_cost_one_look()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var readiness = server.Get<Readiness>();
        var first = await readiness.AskAsync(CancellationToken.None);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => readiness.AskAsync(CancellationToken.None)));
        // Looked at anew, a finding would be another object.
        Assert.InRange(answers.Select(findings => findings[0]).Append(first[0]).Distinct(ReferenceEqualityComparer.Instance).Count(), 1, 3);
    }

    // As on a standby that nobody has promoted: for who connects from now on, which all have to.
    private static async Task SetReadOnlyAsync(TestWorld world, bool readOnly)
    {
        var place = new NpgsqlConnectionStringBuilder(world.ServerSettings.DatabaseUrl);
        var name = place.Database;
        place.Database = "postgres";
        await using var postgres = NpgsqlDataSource.Create(place);
        await using var command = postgres.CreateCommand($"ALTER DATABASE {name} SET default_transaction_read_only = {(readOnly ? "on" : "off")}");
        await command.ExecuteNonQueryAsync();
        await using var disconnect = postgres.CreateCommand($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        await disconnect.ExecuteNonQueryAsync();
    }

    private static async Task<Answer> IsBrokenAsync(TestServer server, string check)
    {
        Answer answer = null!;
        await Eventually.IsAsync(async () => (answer = await server.GetAsync("/health/ready")).Status == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("broken", "problem"), (answer.Json.GetProperty("status").GetString(), Status(answer.Json, check)));
        return answer;
    }

    private static string? Status(JsonElement answer, string name) =>
        answer.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == name).GetProperty("status").GetString();
}
