using Agon.Soak;
using Agon.Storage;
using Npgsql;

namespace Agon.EndToEnd.Tests;

/// <summary>An empty database of its own, SQLite or PostgreSQL, with the tests' contest in it.</summary>
internal sealed class TestWorld : IAsyncDisposable
{
    private readonly string folder;
    private readonly string? postgresDatabase;
    private readonly string? tablespace;
    private bool leavesDatabase;

    private TestWorld(string folder, string? postgresDatabase, string? tablespace = null) =>
        (this.folder, this.postgresDatabase, this.tablespace) = (folder, postgresDatabase, tablespace);

    /// <summary>The home folder of every process of this world, by which survivors are found.</summary>
    public string Folder => folder;

    public IEnumerable<string> Storage => postgresDatabase is null ? ["--data", folder] : [];

    public Dictionary<string, string?> Environment => new()
    {
        ["DATABASE_URL"] = postgresDatabase,
        ["HOME"] = folder,
        // A dead server's jobs are taken up again within seconds.
        ["AGON__Jobs__Lease"] = "00:00:03",
        ["AGON__Jobs__HeartbeatEvery"] = "00:00:00.500",
        ["AGON__Jobs__RescueEvery"] = "00:00:00.500",
    };

    /// <param name="postgres">Else SQLite.</param>
    /// <param name="problems">The contest; null for the tests' own.</param>
    public static async Task<TestWorld> CreateAsync(bool postgres, string? problems = null)
    {
        var world = await EmptyAsync(postgres);
        await world.AgonAsync("problems", "sync", problems ?? Repository.Problems);
        return world;
    }

    /// <summary>A database without a table: whoever comes first makes them.</summary>
    public static async Task<TestWorld> EmptyAsync(bool postgres) => new(TemporaryFolder(), postgres ? await CreatePostgresAsync() : null);

    /// <summary>On a PostgreSQL of the test's own, which takes the data with it when it ends.</summary>
    public static async Task<TestWorld> OnAsync(string postgres)
    {
        var world = new TestWorld(TemporaryFolder(), postgres) { leavesDatabase = true };
        await world.AgonAsync("problems", "sync", Repository.Problems);
        return world;
    }

    /// <summary>A world whose data lies on this disk: the SQLite file, or all that PostgreSQL keeps of its database but the log of what it writes.</summary>
    public static async Task<TestWorld> CreateOnAsync(SmallDisk disk, bool postgres)
    {
        if (!postgres)
        {
            var onDisk = new TestWorld(Directory.CreateDirectory(Path.Combine(disk.Folder, "agon-e2e")).FullName, postgresDatabase: null);
            await onDisk.AgonAsync("problems", "sync", Repository.Problems);
            return onDisk;
        }
        var place = Directory.CreateDirectory(Path.Combine(disk.Folder, "tablespace")).FullName;
        await CommandLine.RunAsync("/bin/chown", ["postgres", place]);
        var tablespace = $"small_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE TABLESPACE {tablespace} LOCATION '{place}'");
        var world = new TestWorld(TemporaryFolder(), await CreatePostgresAsync($"TABLESPACE {tablespace}"), tablespace);
        await world.AgonAsync("problems", "sync", Repository.Problems);
        return world;
    }

    /// <summary>Looks at the rows, beside the store that is tested.</summary>
    public Witness Witness => Witness.Of(folder, postgresDatabase is null ? null : () => postgresDatabase);

    public Database Open() => Database.Open(postgresDatabase is null ? folder : null, postgresDatabase);

    /// <summary>Runs the command line on this world's data; a failure fails the test.</summary>
    public async Task<CommandResult> AgonAsync(params string[] arguments)
    {
        var result = await TryAgonAsync(arguments);
        Assert.True(result.ExitCode == 0, $"agon {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Errors}{result.Output}");
        return result;
    }

    /// <summary>As <see cref="AgonAsync"/>, but the caller looks at how it ended.</summary>
    public Task<CommandResult> TryAgonAsync(params string[] arguments) => CommandLine.RunAsync(Repository.Agon, [.. arguments, .. Storage], Environment);

    /// <summary>A new participant's CLI id.</summary>
    public async Task<string> AddUserAsync(string name) => (await AgonAsync("user", "add", name)).LastLine;

    /// <param name="port">A free one where it is null.</param>
    /// <param name="settings">They win over those that every process of this world has.</param>
    public Task<RunningServer> ServeAsync(int? port = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var environment = Environment;
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
            environment[name] = value;
        return RunningServer.StartAsync(Storage, environment, port);
    }

    /// <summary>The servers and runners of this world that are alive.</summary>
    public IReadOnlyList<string> Survivors() =>
        [.. Directory.EnumerateDirectories("/proc").Where(IsProcess).Where(IsOurs).Select(Describe)];

    /// <summary>The database is gone, with all that is in it.</summary>
    public Task LosePostgresAsync()
    {
        NpgsqlConnection.ClearAllPools();
        return ExecuteAsync($"DROP DATABASE IF EXISTS \"{new NpgsqlConnectionStringBuilder(postgresDatabase).Database}\" WITH (FORCE)");
    }

    public async ValueTask DisposeAsync()
    {
        if (postgresDatabase is not null && !leavesDatabase)
            await LosePostgresAsync();
        if (tablespace is not null)
            await ExecuteAsync($"DROP TABLESPACE {tablespace}");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A PostgreSQL database that another system has left: made by these scripts, not yet migrated.</summary>
    public static async Task<TestWorld> InheritAsync(params string[] scripts)
    {
        var world = new TestWorld(TemporaryFolder(), await CreatePostgresAsync());
        foreach (var script in scripts)
            await ExecuteAsync(await File.ReadAllTextAsync(script), world.postgresDatabase!);
        return world;
    }

    private static string TemporaryFolder() => Directory.CreateTempSubdirectory("agon-e2e-").FullName;

    private static async Task<string> CreatePostgresAsync(string place = "")
    {
        var name = $"e2e_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE \"{name}\" TEMPLATE template0 {place}");
        return new NpgsqlConnectionStringBuilder(PostgresFactAttribute.ConnectionString) { Database = name }.ConnectionString;
    }

    private static Task ExecuteAsync(string sql) => ExecuteAsync(sql, PostgresFactAttribute.ConnectionString!);

    private static async Task ExecuteAsync(string sql, string address)
    {
        await using var connection = new NpgsqlConnection(address);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static bool IsProcess(string folder) => int.TryParse(Path.GetFileName(folder), out var id) && id != System.Environment.ProcessId;

    private bool IsOurs(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/environ").Contains($"HOME={folder}\0") && !File.ReadAllText($"{process}/stat").Contains(") Z ");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it ended while we looked
        }
    }

    private static string Describe(string process)
    {
        try
        {
            return $"{Path.GetFileName(process)} {File.ReadAllText($"{process}/cmdline").Replace('\0', ' ')}";
        }
        catch (IOException)
        {
            return Path.GetFileName(process);
        }
    }
}

/// <summary>A test that needs PostgreSQL; without it, a visible skip.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (ConnectionString is null)
            Skip = Reason;
    }

    public const string Reason = "PostgreSQL: AGON_PG names no server (./test starts one)";

    public static string? ConnectionString { get; } = System.Environment.GetEnvironmentVariable("AGON_PG");
}
