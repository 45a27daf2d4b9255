using Agon.Storage;
using Npgsql;

namespace Agon.Benchmarks;

/// <summary>An empty, migrated database of its own, gone afterwards: SQLite, or PostgreSQL on the server that AGON_PG names.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-bench-").FullName;

    private BenchDatabase(string? postgres) => Postgres = postgres;

    /// <summary>Npgsql settings; null on SQLite.</summary>
    public string? Postgres { get; }

    public string Name => Postgres is null ? "SQLite" : "PostgreSQL";

    /// <summary>The data folder; on SQLite <c>agon.db</c> is in it.</summary>
    public string Folder => folder;

    public string File => Path.Combine(folder, "agon.db");

    /// <summary>Environment of an <c>agon</c> over it.</summary>
    public Dictionary<string, string?> Environment => new() { ["DATABASE_URL"] = Postgres, ["HOME"] = folder, ["XDG_DATA_HOME"] = null };

    public IEnumerable<string> Arguments => Postgres is null ? ["--data", folder] : [];

    public static bool HasPostgres => Server is { Length: > 0 };

    private static string? Server => System.Environment.GetEnvironmentVariable("AGON_PG");

    public static async Task<BenchDatabase> CreateAsync(bool postgres, CancellationToken cancellationToken)
    {
        var place = new BenchDatabase(postgres ? await CreatePostgresAsync(cancellationToken) : null);
        await using var database = place.Open();
        await database.MigrateAsync(cancellationToken);
        return place;
    }

    public Database Open() => Database.Open(folder, Postgres);

    public async ValueTask DisposeAsync()
    {
        if (Postgres is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(Postgres).Database} WITH (FORCE)", CancellationToken.None);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> CreatePostgresAsync(CancellationToken cancellationToken)
    {
        if (!HasPostgres)
            throw new BenchmarkException("AGON_PG names no PostgreSQL server; eval \"$(AGON_PG_DURABLE=1 scripts/start-postgres)\" starts one");
        var name = $"bench_{Guid.NewGuid():N}";
        await MakeSureOfDurabilityAsync(cancellationToken);
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0", cancellationToken);
        return new NpgsqlConnectionStringBuilder(Server) { Database = name, SearchPath = "leaderboard" }.ToString();
    }

    // The rows say "committed to disk": a server that is not asked for that would be faster, and the number a lie.
    private static async Task MakeSureOfDurabilityAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["fsync", "synchronous_commit"])
        {
            if (await ExecuteAsync($"SHOW {name}", cancellationToken) is var value and not "on")
                throw new BenchmarkException($"the PostgreSQL server that AGON_PG names has {name} {value}; eval \"$(AGON_PG_DURABLE=1 scripts/start-postgres)\" starts one that has it on");
        }
    }

    private static async Task<object?> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server) { Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
