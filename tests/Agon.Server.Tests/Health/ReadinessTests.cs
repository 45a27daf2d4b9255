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
        var ready = await UntilAsync(server, HttpStatusCode.OK, "runner", "ok");
        Assert.Equal("ready", ready.Json.GetProperty("status").GetString());
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
        var ready = await UntilAsync(await world.StartServerAsync(), HttpStatusCode.OK, "devices", "warning");
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
        await UntilAsync(server, HttpStatusCode.OK, "writes", "ok");

        await SetReadOnlyAsync(world, true);
        await Eventually.IsAsync(async () => (await server.GetAsync("/health/ready")).Json is var json && (Status(json, "database"), Status(json, "writes")) == ("ok", "problem"));
        var refused = await server.UploadAsync(cliId, "/submission/lcs/CPU/test");
        refused.IsRefusal(HttpStatusCode.ServiceUnavailable, "database");
        Assert.Equal("5", refused.Header("Retry-After"));

        await SetReadOnlyAsync(world, false);
        await UntilAsync(server, HttpStatusCode.OK, "writes", "ok");
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
            await IsBrokenAsync(server, "runner", "no sandbox");
        await using var trusting = await TestServer.StartAsync(bare with { TrustAllSubmitters = true }, TestWorld.Around(TestWorld.Workers));
        await UntilAsync(trusting, HttpStatusCode.OK, "runner", "warning", "trusted");
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
        var began = new TaskCompletionSource();
        var hangs = new TaskCompletionSource<Domain.Health.Finding>();
        var clock = new SteppedClock();
        var check = new BoundedCheck("slow", _ => { Interlocked.Increment(ref looks); began.TrySetResult(); return hangs.Task; }, clock, NullLogger.Instance);
        for (var times = 0; times < 2; times++)
        {
            var asked = check.AskAsync();
            await began.Task;
            clock.Move(BoundedCheck.Limit);
            Assert.Contains("no answer within 2 s", (await asked).Detail);
        }
        // Asked while it hangs: once it has ended, a look may begin anew.
        var last = check.AskAsync();
        hangs.SetResult(new Domain.Health.Finding("slow", Domain.Health.FindingStatus.Ok, "at last"));
        Assert.Equal("at last", (await last).Detail);
        Assert.Equal(1, looks);
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

    private static async Task<Answer> IsBrokenAsync(TestServer server, string check, string says = "")
    {
        var answer = await UntilAsync(server, HttpStatusCode.ServiceUnavailable, check, "problem", says);
        Assert.Equal("broken", answer.Json.GetProperty("status").GetString());
        return answer;
    }

    // All of it in one answer: where a machine is slow, a look that is late makes another answer for a moment.
    private static async Task<Answer> UntilAsync(TestServer server, HttpStatusCode status, string check, string finding, string says = "")
    {
        Answer answer = null!;
        await Eventually.IsAsync(async () =>
        {
            answer = await server.GetAsync("/health/ready");
            return (answer.Status, Status(answer.Json, check)) == (status, finding) && answer.Body.Contains(says, StringComparison.Ordinal);
        });
        return answer;
    }

    private static string? Status(JsonElement answer, string name) =>
        answer.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == name).GetProperty("status").GetString();
}
