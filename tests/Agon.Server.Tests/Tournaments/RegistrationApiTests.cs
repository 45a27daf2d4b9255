using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;
using Agon.Server.Tournaments;
using Microsoft.AspNetCore.Routing;
using static Agon.Server.Tests.Tournaments.TournamentWorld;

namespace Agon.Server.Tests.Tournaments;

/// <summary>Creating tournaments and registering for them (tournament contract, section 3), and that it takes the key.</summary>
public class RegistrationApiTests
{
    private const string Registration = "/api/v1/registration";

    [Fact]
    public async Task Every_registration_route_wants_the_exact_key()
    {
        await using var world = await CreateAsync();
        var routes = world.Server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AccessPolicy>()?.Access == Access.Registrars).ToList();
        Assert.Equal(6, routes.Count);
        foreach (var route in routes)
        {
            var method = new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single());
            var path = System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, "{[^}]*}", "1");
            foreach (var wrong in new[] { null, "", Key + "x", Key[1..], Key.ToUpperInvariant(), $"Bearer {Key}" })
                (await world.SendAsync(method, path, "{}", wrong)).Refuses(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "X-API-Key");
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("changeme")]
    [InlineData("Change-Me-In-Production")]
    [InlineData("your_registration_api_key")]
    [InlineData("key with spaces")]
    public async Task A_key_that_is_none_opens_nothing(string? key)
    {
        await using var world = await CreateAsync(key: key);
        foreach (var shown in new[] { key ?? "", "null", Key })
            (await world.SendAsync(HttpMethod.Post, Registration + "/tournaments", "{}", shown)).Refuses(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "X-API-Key");
    }

    [Fact]
    public async Task A_tournament_is_created_with_the_usual_configuration_or_its_own()
    {
        await using var world = await CreateAsync();
        var usual = await world.SendAsync(HttpMethod.Post, Registration + "/tournaments",
            """{"name": "spring", "image_type": "analytics", "registration_start": "2030-03-01", "registration_end": "2030-03-03"}""");
        Assert.True(usual.Status == HttpStatusCode.Created, usual.Body);
        Assert.Equal("draft", usual.Json.GetProperty("status").GetString());
        Assert.Equal(
            """{"max_participants":10,"epoch_days":7,"test_networks":["torus","bittensor"],"test_window_days":[30,90]}""",
            usual.Json.GetProperty("configuration").ToString());
        Assert.Equal(
            """{"registration_start":"2030-03-01","registration_end":"2030-03-03","competition_start":"2030-03-04","competition_end":"2030-03-10"}""",
            usual.Json.GetProperty("schedule").ToString());
        Assert.Equal(usual.Body, (await world.Server.GetAsync(usual.Header("Location"))).Body);

        var own = await world.SendAsync(HttpMethod.Post, Registration + "/tournaments",
            """
            {"name": "own", "image_type": "ml", "registration_start": "2030-03-01", "registration_end": "2030-03-01",
             "max_participants": 3, "epoch_days": 1, "test_networks": ["polkadot"], "test_window_days": [7]}
            """);
        Assert.Equal(
            """{"max_participants":3,"epoch_days":1,"test_networks":["polkadot"],"test_window_days":[7]}""", own.Json.GetProperty("configuration").ToString());
    }

    [Fact]
    public async Task What_the_creator_leaves_out_is_as_the_servers_settings_say()
    {
        await using var world = await CreateAsync(settings: new Dictionary<string, string?>
        {
            ["Tournaments:MaxParticipants"] = "3",
            ["Tournaments:EpochDays"] = "2",
            ["Tournaments:TestNetworks"] = "polkadot, bitcoin",
            ["Tournaments:TestWindows"] = "7",
            ["Tournaments:MaxExecutionTime"] = "90.5",
        });
        var created = await world.SendAsync(HttpMethod.Post, Registration + "/tournaments",
            """{"name": "spring", "image_type": "analytics", "registration_start": "2030-03-01", "registration_end": "2030-03-03", "epoch_days": 1}""");
        Assert.Equal(
            """{"max_participants":3,"epoch_days":1,"test_networks":["polkadot","bitcoin"],"test_window_days":[7]}""", created.Json.GetProperty("configuration").ToString());
        Assert.Equal(90.5, (await world.Tournaments.FindAsync(created.Json.GetProperty("tournament_id").GetGuid(), CancellationToken.None))!.Tournament.MaxExecutionTimeSeconds);
    }

    [Fact]
    public async Task An_organiser_may_let_speed_count()
    {
        await using var world = await CreateAsync();
        Task<Answer> PostAsync(string policy) => world.SendAsync(HttpMethod.Post, Registration + "/tournaments",
            $$"""{"name": "fast", "image_type": "ml", "registration_start": "2030-03-01", "registration_end": "2030-03-03", "scoring_policy": {{policy}}}""");
        async Task<ScoringPolicy> PolicyAsync(Answer created) =>
            (await world.Tournaments.FindAsync(created.Json.GetProperty("tournament_id").GetGuid(), CancellationToken.None))!.Tournament.Policy;

        Assert.Equal(ScoringPolicy.Default, await PolicyAsync(await PostAsync("null")));
        Assert.Equal(
            new ScoringPolicy(0.4, 0.3, 0.3, 1.5),
            await PolicyAsync(await PostAsync("""{"pattern_accuracy_weight": 0.4, "data_correctness_weight": 0.3, "performance_weight": 0.3, "speed_cap": 1.5}""")));
        Assert.Null((await PolicyAsync(await PostAsync("""{"pattern_accuracy_weight": 0.5, "data_correctness_weight": 0.3, "performance_weight": 0.2, "speed_cap": null}"""))).SpeedCap);
        // Forgotten is not the same as taken away.
        Assert.Equal(1, (await PolicyAsync(await PostAsync("""{"pattern_accuracy_weight": 0.5, "data_correctness_weight": 0.3, "performance_weight": 0.2}"""))).SpeedCap);
        (await PostAsync("""{"performance_weight": 0.2}""")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "add up to 0.2");
        (await PostAsync("""{"pattern_accuracy_weight": 0.5, "data_correctness_weight": 0.3, "performance_weight": 0.2, "speed_cap": 0.5}""")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "speed_cap is 0.5");
    }

    [Theory]
    [InlineData("Tournaments:TestWindows", "30,soon", "TOURNAMENT_TEST_WINDOWS) has 'soon'")]
    [InlineData("Tournaments:TestNetworks", "../torus", "test_networks has '../torus'")]
    [InlineData("Tournaments:EpochDays", "0", "epoch_days is 0")]
    [InlineData("Tournaments:EpochDays", "a week", "Tournaments:EpochDays")]
    [InlineData("Tournaments:MaxExecutionTime", "-1", "the time limit of a run is -1 s")]
    [InlineData("Tournaments:MemoryLimit", "a lot", "BENCHMARK_MEMORY_LIMIT) is a number with b, k, m or g behind it")]
    [InlineData("Tournaments:MemoryLimit", "64k", "less than 1 MiB")]
    [InlineData("Tournaments:MaxExecutionTime", "86401", "the time limit of a run is 86401 s")]
    [InlineData("Tournaments:BaselineMlRepository", "https://agon:hunter/2@git.example.org/ml.git", "a repository for baselines cannot be read")]
    [InlineData("SYNTHETICS_S3_BUCKET", "datasets", "SYNTHETICS_S3_ACCESS_KEY is not set")]
    public async Task A_setting_of_tournaments_that_is_wrong_stops_the_start_and_is_named(string setting, string value, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => world.StartServerAsync(new Dictionary<string, string?>(TestWorld.NoWorkers) { [setting] = value }));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("32g", 32L << 30)]
    [InlineData("512M", 512L << 20)]
    [InlineData("1048576", 1L << 20)]
    [InlineData("1024k", 1L << 20)]
    [InlineData("8589934592", 8L << 30)]
    public void A_memory_limit_is_written_as_container_engines_write_it(string text, long bytes) =>
        Assert.Equal(bytes, new TournamentOptions { MemoryLimit = text }.MemoryBytes);

    [Theory]
    [InlineData("", "must be a JSON object")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{}", "image_type must be one of analytics, ml")]
    [InlineData("""{"name": 1}""", "name is of another type")]
    [InlineData("""{"name": "x", "image_type": "java"}""", "image_type must be")]
    [InlineData("""{"name": "x", "image_type": "ml"}""", "registration_start must be a date")]
    [InlineData("""{"name": "x", "image_type": "ml", "registration_start": "2030-02-30", "registration_end": "2030-03-03"}""", "registration_start must be a date")]
    [InlineData("""{"name": "x", "image_type": "ml", "registration_start": "2030-03-04", "registration_end": "2030-03-03"}""", "is before registration_start")]
    [InlineData("""{"image_type": "ml", "registration_start": "2030-03-02", "registration_end": "2030-03-03"}""", "name must have")]
    [InlineData("""{"name": "x", "image_type": "ml", "registration_start": "2030-03-02", "registration_end": "2030-03-03", "max_participants": 0}""", "max_participants is 0")]
    [InlineData("""{"name": "x", "image_type": "ml", "registration_start": "2030-03-02", "registration_end": "2030-03-03", "test_networks": ["../x"]}""", "test_networks has '../x'")]
    [InlineData("""{"name": "x", "image_type": "ml", "registration_start": "2030-03-02", "registration_end": "2030-03-03", "test_networks": [null]}""", "test_networks must be names")]
    [InlineData("""{"name": "x", "image_type": "ml", "registration_start": "2030-03-02", "registration_end": "9999-12-31"}""", "leaves no room")]
    public async Task A_tournament_that_makes_no_sense_is_an_invalid_request(string body, string says)
    {
        await using var world = await CreateAsync();
        (await world.SendAsync(HttpMethod.Post, Registration + "/tournaments", body)).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", says);
    }

    [Fact]
    public async Task Registering_asking_and_withdrawing_while_it_is_open()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync(maxParticipants: 2);
        var registered = await RegisterAsync(world, id, "ada");
        Assert.True(registered.Status == HttpStatusCode.Created, registered.Body);
        Assert.Equal(("registered", 1), (registered.Json.GetProperty("status").GetString(), registered.Json.GetProperty("registration_order").GetInt32()));
        (await RegisterAsync(world, id, "ada")).Refuses(HttpStatusCode.Conflict, "ALREADY_REGISTERED", "'ada'");
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(HttpMethod.Post, $"/api/internal/tournaments/{id}/register", Body("bob"))).Status);
        (await RegisterAsync(world, id, "carl")).Refuses(HttpStatusCode.UnprocessableEntity, "MAX_PARTICIPANTS", "it takes 2 miners");

        var bob = $"/api/internal/tournaments/{id}/participants/bob";
        Assert.Equal(2, (await world.SendAsync(HttpMethod.Get, bob)).Json.GetProperty("registration_order").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await world.SendAsync(HttpMethod.Delete, bob)).Status);
        (await world.SendAsync(HttpMethod.Delete, bob)).Refuses(HttpStatusCode.NotFound, "PARTICIPANT_NOT_FOUND", "'bob'");
        (await world.SendAsync(HttpMethod.Get, bob)).Refuses(HttpStatusCode.NotFound, "PARTICIPANT_NOT_FOUND", "'bob'");
        (await world.SendAsync(HttpMethod.Delete, $"/api/internal/tournaments/{id}/participants/baseline_v1.0.0")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "baseline cannot withdraw");
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(world, id, "carl")).Status);

        await world.PlayDayAsync(id, 1, Play);
        (await RegisterAsync(world, id, "dora")).Refuses(HttpStatusCode.Forbidden, "NOT_REGISTRATION_PERIOD", "in_progress");
        (await world.SendAsync(HttpMethod.Delete, $"/api/internal/tournaments/{id}/participants/ada")).Refuses(HttpStatusCode.Forbidden, "NOT_REGISTRATION_PERIOD", "in_progress");
    }

    [Fact]
    public async Task What_cannot_be_registered_is_refused_in_its_code()
    {
        await using var world = await CreateAsync(clock: new FirstDayClock());
        var later = await world.DraftAsync(opensIn: 1);
        (await RegisterAsync(world, later, "ada")).Refuses(HttpStatusCode.Forbidden, "NOT_REGISTRATION_PERIOD", "registration opens on");
        (await RegisterAsync(world, Guid.NewGuid(), "ada")).Refuses(HttpStatusCode.NotFound, "TOURNAMENT_NOT_FOUND", "there is no tournament");
        (await RegisterAsync(world, "1", Body("ada"))).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "no id");
        var id = await world.DraftAsync();
        (await RegisterAsync(world, id, "ada/eve")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "hotkey must have");
        (await RegisterAsync(world, $"{id}", "{}")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "hotkey must have");
        (await RegisterAsync(world, $"{id}", """{"hotkey": "ada"}""")).Refuses(HttpStatusCode.NotFound, "MINER_NOT_FOUND", "no repository is known");
        (await RegisterAsync(world, $"{id}", """{"hotkey": "ada", "github_repository": "a b"}""")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "github_repository");
    }

    [Fact]
    public async Task An_image_stands_in_its_own_field_and_no_repository_is_made_up_for_it()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(world, $"{id}", """{"hotkey": "ada", "docker_image_tag": "mine:1"}""")).Status);
        var ada = (await world.GetAsync($"/{id}/participants")).Json.GetProperty("participants")[1];
        Assert.Equal((JsonValueKind.Null, "mine:1"), (ada.GetProperty("github_repository").ValueKind, ada.GetProperty("docker_image_tag").GetString()));
    }

    [Fact]
    public async Task A_fault_of_the_machine_is_no_refusal_and_tells_nothing_of_its_inside()
    {
        await using var world = await CreateAsync(pin: (_, _) => throw new PlatformFaultException("no space left on /srv/secret"));
        var id = await world.DraftAsync();
        var answer = await RegisterAsync(world, id, "ada");
        answer.Refuses(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "not your fault");
        Assert.Equal("5", answer.Header("Retry-After"));
        Assert.DoesNotContain("secret", answer.Body);
        Assert.Equal(1, (await world.GetAsync($"/{id}/participants")).Json.GetProperty("participants").GetArrayLength());
    }

    [Fact]
    public async Task What_any_address_may_answer_has_the_shape_of_tournaments_at_theirs()
    {
        await using var world = await CreateAsync(
            pin: (_, _) => throw new InvalidOperationException("a secret of ours"),
            settings: new Dictionary<string, string?> { ["Limits:BodyBytes"] = "1024" });
        var id = await world.DraftAsync();
        (await world.GetAsync($"/{id}/nothing/here")).Refuses(HttpStatusCode.NotFound, "NOT_FOUND", "nothing at this address");
        (await world.SendAsync(HttpMethod.Get, Registration + "/no/such/address")).Refuses(HttpStatusCode.NotFound, "NOT_FOUND", "nothing at this address");
        (await world.SendAsync(HttpMethod.Delete, "/api/v1/tournaments")).Refuses(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "does not answer DELETE");
        (await RegisterAsync(world, $"{id}", Body(new string('a', 1024)))).Refuses(HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE", "larger than this address takes");
        var failed = await RegisterAsync(world, id, "ada");
        failed.Refuses(HttpStatusCode.InternalServerError, "INTERNAL_ERROR", "not your fault");
        Assert.DoesNotContain("secret", failed.Body);
        // Elsewhere nothing changes.
        (await world.Server.GetAsync("/api/nothing")).IsRefusal(HttpStatusCode.NotFound, "nothing at this address");
    }

    [Fact]
    public async Task Who_asks_too_often_hears_it_in_the_shape_of_tournaments()
    {
        await using var world = await CreateAsync(settings: new Dictionary<string, string?> { ["Limits:RequestsAtOnce"] = "2", ["Limits:RequestsPerSecond"] = "1" });
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.GetAsync("")));
        var late = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        late.Refuses(HttpStatusCode.TooManyRequests, "TOO_MANY_REQUESTS", "go on in");
        Assert.NotEmpty(late.Header("Retry-After"));
    }

    [Fact]
    public async Task A_repository_is_asked_for_its_commit_and_one_that_is_not_there_is_refused()
    {
        await using var world = await CreateAsync(pinsForReal: true);
        var id = await world.DraftAsync();
        var repository = Directory.CreateTempSubdirectory("agon-registered-").FullName;
        try
        {
            var commit = await CommitSomethingAsync(repository);
            Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(world, $"{id}", $$"""{"hotkey": "ada", "github_repository": "{{repository}}"}""")).Status);
            Assert.Equal(commit, (await world.GetAsync($"/{id}/participants")).Json.GetProperty("participants")[1].GetProperty("commit_hash").GetString());
            (await RegisterAsync(world, $"{id}", $$"""{"hotkey": "bob", "github_repository": "{{repository}}-gone"}""")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "-gone");
        }
        finally
        {
            Directory.Delete(repository, recursive: true);
        }
    }

    [Fact]
    public Task The_limit_is_exact_when_all_come_at_once_on_SQLite() => ComeAtOnceAsync(onPostgres: false);

    [PostgresFact]
    public Task The_limit_is_exact_when_all_come_at_once_on_PostgreSQL() => ComeAtOnceAsync(onPostgres: true);

    [Fact]
    public async Task An_operator_sets_a_status_that_may_follow()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "ada");
        Task<Answer> SetAsync(string hotkey, string body) => world.SendAsync(HttpMethod.Put, $"{Registration}/participants/{id}/{hotkey}/status", body);

        (await SetAsync("ada", """{"status": "completed"}""")).Refuses(HttpStatusCode.Conflict, "INVALID_STATUS_TRANSITION", "registered cannot become completed");
        (await SetAsync("ada", """{"status": "disqualified"}""")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "needs a reason");
        (await SetAsync("ada", """{"status": "banned"}""")).Refuses(HttpStatusCode.BadRequest, "INVALID_REQUEST", "status must be one of");
        (await SetAsync("eve", """{"status": "active"}""")).Refuses(HttpStatusCode.NotFound, "PARTICIPANT_NOT_FOUND", "'eve'");
        (await SetAsync("e%01e", """{"status": "active"}""")).Refuses(HttpStatusCode.NotFound, "PARTICIPANT_NOT_FOUND", "takes no part");
        var active = await SetAsync("ada", """{"status": "active"}""");
        Assert.Equal(("active", HttpStatusCode.OK), (active.Json.GetProperty("status").GetString(), active.Status));
        var gone = await SetAsync("ada", """{"status": "disqualified", "reason": "two accounts"}""");
        Assert.Equal(("two accounts", true), (gone.Json.GetProperty("disqualification_reason").GetString(), gone.Json.GetProperty("is_disqualified").GetBoolean()));
        (await SetAsync("ada", """{"status": "active"}""")).Refuses(HttpStatusCode.Conflict, "INVALID_STATUS_TRANSITION", "disqualified cannot become active");
    }

    [Theory]
    [InlineData("a-good-key", true)]
    [InlineData("k3y-of-8", true)]
    [InlineData("sevench", false)]
    [InlineData("CHANGE_ME", false)]
    [InlineData("default-api-key", false)]
    [InlineData("schlüssel", false)]
    public void A_key_is_long_enough_and_not_everybodys(string key, bool isOne) => Assert.Equal(isOne, RegistrationKey.Refuse(key) is null);

    private static async Task ComeAtOnceAsync(bool onPostgres)
    {
        await using var world = await CreateAsync(onPostgres);
        var id = await world.DraftAsync(maxParticipants: 5);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => RegisterAsync(world, id, $"miner-{n % 15}")));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Contains(answer.Json.GetProperty("error_code").GetString(), (string[])["MAX_PARTICIPANTS", "ALREADY_REGISTERED"]));
        var orders = (await world.GetAsync($"/{id}/participants")).Json.GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("registration_order").GetInt32());
        Assert.Equal([0, 1, 2, 3, 4, 5], orders);
    }

    private static async Task<string> CommitSomethingAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "run.sh"), "exit 0\n");
        await GitAsync(folder, "init", "-q");
        await GitAsync(folder, "add", ".");
        await GitAsync(folder, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "first");
        return (await GitAsync(folder, "rev-parse", "HEAD")).Trim();
    }

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
        return output;
    }

    private static Task<Answer> RegisterAsync(TournamentWorld world, Guid id, string hotkey) => RegisterAsync(world, $"{id}", Body(hotkey));

    private static Task<Answer> RegisterAsync(TournamentWorld world, string id, string body) =>
        world.SendAsync(HttpMethod.Post, $"{Registration}/tournaments/{id}/participants", body);

    private static string Body(string hotkey) =>
        JsonSerializer.Serialize(new Dictionary<string, string> { ["hotkey"] = hotkey, ["github_repository"] = "https://github.com/agon/entry", ["commit_hash"] = Commit });

    /// <summary>It is the first day of all tournaments, also where midnight has come since; timers run as ever.</summary>
    private sealed class FirstDayClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TestWorld.Now;
    }
}
