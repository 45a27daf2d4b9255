using System.Text.Json;
using Agon.Cli.Doctor;
using Agon.Domain.Health;
using static Agon.Domain.Health.FindingStatus;

namespace Agon.Cli.Tests.Doctor;

public sealed class DoctorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, FindingStatus> Rules()
    {
        var data = new TheoryData<string, FindingStatus>();
        foreach (var name in Table.Keys)
            data.Add(name, Table[name].Status);
        return data;
    }

    private static readonly Dictionary<string, (Finding Found, FindingStatus Status)> Table = new()
    {
        ["one core"] = (DoctorRules.Cores(1), Warning),
        ["two cores"] = (DoctorRules.Cores(2), Ok),
        ["hardly any memory"] = (DoctorRules.Memory((512L << 20) - 1), Problem),
        ["less memory than an entry may use"] = (DoctorRules.Memory((4L << 30) - 1), Warning),
        ["enough memory"] = (DoctorRules.Memory(4L << 30), Ok),
        ["no governor"] = (DoctorRules.Governor(null), Ok),
        ["governor performance"] = (DoctorRules.Governor("performance"), Ok),
        ["governor powersave"] = (DoctorRules.Governor("powersave"), Warning),
        ["idle"] = (DoctorRules.Load(1.0, 2), Ok),
        ["busy"] = (DoctorRules.Load(1.1, 2), Warning),
        ["clock source tsc"] = (DoctorRules.ClockSource("tsc"), Ok),
        ["clock source unknown"] = (DoctorRules.ClockSource(null), Ok),
        ["clock source acpi_pm"] = (DoctorRules.ClockSource("acpi_pm"), Warning),
        ["a time service"] = (DoctorRules.TimeService("chronyd"), Ok),
        ["no time service"] = (DoctorRules.TimeService(null), Warning),
        ["one clock"] = (DoctorRules.Clock(null), Ok),
        ["clocks in step"] = (DoctorRules.Clock(TimeSpan.FromSeconds(-2)), Ok),
        ["clocks apart"] = (DoctorRules.Clock(TimeSpan.FromSeconds(-2.001)), Problem),
        ["durable"] = (DoctorRules.Durability(new Dictionary<string, string> { ["fsync"] = "on" }), Ok),
        ["durable SQLite"] = (DoctorRules.Durability(new Dictionary<string, string>()), Ok),
        ["not durable"] = (DoctorRules.Durability(new Dictionary<string, string> { ["fsync"] = "on", ["synchronous_commit"] = "off" }), Warning),
        ["a tool"] = (DoctorRules.Tool("g++", "/usr/bin/g++", true, "no C++", "get it"), Ok),
        ["a tool that is missing"] = (DoctorRules.Tool("g++", null, true, "no C++", "get it"), Warning),
        ["a tool that nobody needs"] = (DoctorRules.Tool("nvcc", null, false, "no CUDA", "get it"), Ok),
        ["an engine"] = (DoctorRules.ContainerEngine("20.10", null, null, hasTournaments: true), Ok),
        ["an engine that was named"] = (DoctorRules.ContainerEngine("20.10", null, "tcp://127.0.0.1:9", hasTournaments: true), Ok),
        ["no engine where nobody needs one"] = (DoctorRules.ContainerEngine(null, "refused", null, hasTournaments: false), Ok),
        ["no engine for a tournament"] = (DoctorRules.ContainerEngine(null, "refused", null, hasTournaments: true), Warning),
        ["no engine where one was named"] = (DoctorRules.ContainerEngine(null, "refused", "tcp://127.0.0.1:9", hasTournaments: false), Warning),
        ["quiet"] = (DoctorRules.Noise(0.02, 1.1), Ok),
        ["restless"] = (DoctorRules.Noise(0.021, 1.2), Warning),
        ["loud"] = (DoctorRules.Noise(0.11, 3), Warning),
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_finding_has_its_status_and_a_cure_unless_it_is_ok(string name, FindingStatus status)
    {
        var found = Table[name].Found;
        Assert.Equal((status, status != Ok), (found.Status, found.Cure is not null));
        Assert.False(string.IsNullOrWhiteSpace(found.Detail) || found.Detail.EndsWith('.'), found.Detail);
    }

    [Fact]
    public void The_cure_of_a_setting_names_what_is_off_and_nothing_else() =>
        Assert.Equal("ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf()", Table["not durable"].Found.Cure);

    [Theory]
    [InlineData("no engine for a tournament", "refused")]
    [InlineData("no engine where one was named", "tcp://127.0.0.1:9: refused")]
    public void An_engine_that_does_not_answer_is_told_with_the_reason(string name, string reason) =>
        Assert.EndsWith(reason, Table[name].Found.Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Whoever_asks_for_an_engine_that_is_not_there_hears_why()
    {
        var (engine, why) = await Agon.Evaluation.Containers.DockerEngine.ProbeAsync(CancellationToken.None);
        Assert.Equal(engine is null, !string.IsNullOrWhiteSpace(why));
    }

    [Theory]
    [InlineData("42P01", "agon db migrate")]
    [InlineData("3D000", "createdb")]
    [InlineData("28P01", "password")]
    [InlineData("28000", "pg_hba.conf")]
    [InlineData("25006", "right to write")]
    [InlineData("53300", "max_connections")]
    [InlineData("57P03", "start the database")]
    [InlineData(null, "start the database")]
    public void The_cure_of_a_database_fits_what_PostgreSQL_says(string? sqlState, string cure) =>
        Assert.Contains(cure, DoctorRules.PostgresCure(sqlState), StringComparison.Ordinal);

    [Fact]
    public void Noise_is_deviation_by_mean_and_worst_by_median()
    {
        Assert.Equal((0.0, 1.0), NoiseMeter.Judge([3, 3, 3]));
        var (variation, worst) = NoiseMeter.Judge([1, 1, 1, 1, 6]);
        Assert.Equal((1.0, 6.0), (variation, worst));
    }

    [Fact]
    public async Task The_real_machine_is_looked_at_and_a_database_that_is_not_there_is_not_made()
    {
        var run = await CommandRun.Of(["doctor", "--data", Path.Combine(folder.Path, "none"), "--json"], ("PATH", Environment.GetEnvironmentVariable("PATH")!));
        var view = JsonSerializer.Deserialize<JsonElement>(run.Output);
        var findings = view.GetProperty("findings").EnumerateArray().ToDictionary(finding => finding.GetProperty("name").GetString()!, finding => finding.GetProperty("status").GetString());
        Assert.Equal(
            ["clock source", "container engine", "cores", "database", "disk for data", "disk for temporary files", "g++", "governor", "load", "memory", "noise", "nvcc", "python3", "sandbox", "settings", "time service", "valgrind"],
            findings.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("warning", findings["database"]);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "none")));
        Assert.Equal(findings.ContainsValue("problem") ? 1 : 0, run.ExitCode);
        Assert.Equal(findings.ContainsValue("problem") ? "problem" : "warning", view.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Tables_that_are_missing_are_a_problem_with_a_command_and_exit_1()
    {
        folder.Write("agon.db", "");
        var run = await CommandRun.Of(["doctor", "--data", folder.Path]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("agon db migrate", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_up_to_date_is_ok()
    {
        Assert.Equal(0, (await CommandRun.Of(["db", "migrate", "--data", folder.Path])).ExitCode);
        var run = await CommandRun.Of(["doctor", "--data", folder.Path, "--json"]);
        var findings = JsonSerializer.Deserialize<JsonElement>(run.Output).GetProperty("findings").EnumerateArray().ToList();
        Assert.All((string[])["database", "migrations", "durability", "clock"], name =>
            Assert.Equal("ok", findings.Single(finding => finding.GetProperty("name").GetString() == name).GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("{bad", "agon.json")]
    [InlineData("""{"Jobs":{"Lease":"abc"}}""", "Jobs:Lease")]
    [InlineData("""{"Limits":{"InWork":0}}""", "InWork")]
    public async Task Settings_that_would_stop_a_server_are_a_problem(string json, string says)
    {
        folder.Write("agon.json", json);
        var finding = await FindAsync("settings", folder.Path);
        Assert.Equal("problem", finding.GetProperty("status").GetString());
        Assert.Contains(says, finding.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "agon.db")));
    }

    [Fact]
    public async Task Settings_that_a_server_takes_are_named_by_their_file()
    {
        var file = folder.Write("agon.json", """{"Jobs":{"Lease":"00:00:20"}}""");
        var finding = await FindAsync("settings", folder.Path);
        Assert.Equal(("ok", file), (finding.GetProperty("status").GetString(), finding.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_file_is_no_data_folder()
    {
        var finding = await FindAsync("database", folder.Write("hosts", ""));
        Assert.Equal("problem", finding.GetProperty("status").GetString());
        Assert.Contains("hosts is no folder", finding.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data", "data", DataFolder.MayEnter, "{data} is closed to the user {user}", "chown -R {user} {data}")]
    [InlineData("data/deep/er", "data", DataFolder.MayEnter, "{data} is closed to the user {user}", "chown -R {user} {data}")]
    [InlineData("data", "data", DataFolder.MayWrite, "the user {user} cannot write in {data}", "chown -R {user} {data}")]
    [InlineData("data/deep/er", "data", DataFolder.MayWrite, "there is no {data}/deep/er, and the user {user} cannot make it", "install -d -m 700 -o {user} {data}/deep/er")]
    [InlineData("data", "data/agon.db", DataFolder.MayRead, "{data}/agon.db is closed to the user {user}", "chown -R {user} {data}/agon.db")]
    [InlineData("data", "", 0, null, null)]
    [InlineData("data/deep/er", "", 0, null, null)]
    public void A_folder_that_cannot_be_used_is_told_with_what_opens_it(string asked, string closed, int mode, string? detail, string? cure)
    {
        folder.Write("data/agon.db", "");
        var finding = DataFolder.Obstacle(Path.Combine(folder.Path, asked), (path, wanted) => path != Path.Combine(folder.Path, closed) || (wanted & mode) == 0);
        Assert.Equal(detail is null, finding is null);
        if (finding is null)
            return;
        Assert.Equal(Filled(detail!), finding.Detail);
        Assert.EndsWith(Filled(cure!), finding.Cure, StringComparison.Ordinal);

        string Filled(string text) => text.Replace("{user}", Environment.UserName, StringComparison.Ordinal).Replace("{data}", Path.Combine(folder.Path, "data"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cure_of_tables_that_are_missing_is_about_the_folder_that_was_looked_at()
    {
        folder.Write("agon.db", "");
        Assert.Equal($"agon db migrate --data {folder.Path}", (await FindAsync("database", folder.Path)).GetProperty("cure").GetString());
        await CommandRun.Of(["db", "migrate", "--data", folder.Path]);
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "agon.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM agon_migration WHERE name LIKE '0014%'";
            await command.ExecuteNonQueryAsync();
        }
        Assert.Equal($"agon db migrate --data {folder.Path}", (await FindAsync("migrations", folder.Path)).GetProperty("cure").GetString());
    }

    private static async Task<JsonElement> FindAsync(string name, string data)
    {
        var run = await CommandRun.Of(["doctor", "--data", data, "--json"]);
        return JsonSerializer.Deserialize<JsonElement>(run.Output).GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("name").GetString() == name);
    }
}
