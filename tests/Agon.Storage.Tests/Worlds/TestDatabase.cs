using Npgsql;

namespace Agon.Storage.Tests.Worlds;

/// <summary>A place for one test's database, gone afterwards; any number of <see cref="Database"/>s may be opened on it.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    public abstract Database Open();

    public abstract ValueTask DisposeAsync();
}

public sealed class SqliteTestDatabase : TestDatabase
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-storage-").FullName;

    public string Folder => folder;

    public override Database Open() => Database.Open(folder, databaseUrl: null);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class PostgresTestDatabase : TestDatabase
{
    private readonly string name = $"t_{Guid.NewGuid():N}";

    private PostgresTestDatabase()
    {
    }

    public string Address => new NpgsqlConnectionStringBuilder(PostgresServer.Address) { Database = name, MaxPoolSize = 20 }.ToString();

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new PostgresTestDatabase();
        await ExecuteAsync($"CREATE DATABASE {database.name} TEMPLATE template0");
        return database;
    }

    public override Database Open() => Database.Open(dataFolder: null, Address);

    public override async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(PostgresServer.Address) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
