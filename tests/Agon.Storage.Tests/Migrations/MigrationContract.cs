using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Migrations;

public abstract class MigrationContract(Func<Task<TestDatabase>> create) : IAsyncLifetime
{
    private static readonly string[] All =
    [
        "0001_contract_tables", "0002_agon_tables", "0003_web_auth_id", "0004_slot_busy_until", "0005_slot_seen_at", "0006_access",
        "0007_job_trace", "0008_rank", "0009_fair_queue", "0010_tournaments", "0011_job_renewed_at", "0012_tournament_leases",
        "0013_ml_addresses", "0014_queue_credit",
    ];

    private TestDatabase place = null!;

    protected TestDatabase Place => place;

    protected static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync() => place = await create();

    public async Task DisposeAsync() => await place.DisposeAsync();

    [ContractFact]
    public async Task Every_migration_is_applied_once()
    {
        await using var database = place.Open();
        Assert.Equal(All, await database.MigrateAsync(None));
        Assert.Empty(await database.MigrateAsync(None));

        await using var again = place.Open();
        Assert.Empty(await again.MigrateAsync(None));
    }

    [ContractFact]
    public async Task A_database_is_empty_until_tables_are_made()
    {
        await using var database = place.Open();
        Assert.True(await database.IsEmptyAsync(None));
        await database.MigrateAsync(None);
        Assert.False(await database.IsEmptyAsync(None));
    }

    [ContractFact]
    public async Task Four_that_migrate_at_once_apply_each_once_between_them()
    {
        var databases = Enumerable.Range(0, 4).Select(_ => place.Open()).ToList();
        var applied = await Task.WhenAll(databases.Select(database => Task.Run(() => database.MigrateAsync(None))));
        foreach (var database in databases)
            await database.DisposeAsync();

        Assert.Equal(All, applied.SelectMany(names => names).Order());
    }
}

public sealed class MigrationsOnSqlite() : MigrationContract(StoreContract.OnSqlite)
{
    [Fact]
    public async Task The_file_is_written_ahead_synchronously_and_nobody_else_may_look()
    {
        await using var database = Place.Open();
        await database.MigrateAsync(None);
        await using var session = await database.ReadAsync(None);

        Assert.Equal("wal", await session.QueryOneAsync<string>("PRAGMA journal_mode", null, None));
        Assert.Equal(2, await session.QueryOneAsync<long>("PRAGMA synchronous", null, None));
        Assert.Equal(1, await session.QueryOneAsync<long>("PRAGMA foreign_keys", null, None));
        Assert.True(await session.QueryOneAsync<long>("PRAGMA busy_timeout", null, None) > 0);
        Assert.Equal($"SQLite file {Path.Combine(((SqliteTestDatabase)Place).Folder, "agon.db")}", database.Place);
    }

    [Fact]
    public async Task A_data_folder_that_is_missing_is_made_for_its_owner_alone()
    {
        var folder = Path.Combine(((SqliteTestDatabase)Place).Folder, "deep", "data");
        await using var database = Database.Open(folder, databaseUrl: null);
        await database.MigrateAsync(None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(folder).UnixFileMode);
    }

    [Fact]
    public async Task In_a_folder_that_somebody_else_has_made_the_file_and_its_journals_are_their_owners_alone()
    {
        var folder = Directory.CreateDirectory(Path.Combine(((SqliteTestDatabase)Place).Folder, "open")).FullName;
        await using var database = Database.Open(folder, databaseUrl: null);
        await database.MigrateAsync(None);
        await using var session = await database.WriteAsync(None);

        var files = Directory.GetFiles(folder, "agon.db*");
        Assert.Equal(["agon.db", "agon.db-shm", "agon.db-wal"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
    }
}

[NeedsPostgres]
public sealed class MigrationsOnPostgres() : MigrationContract(StoreContract.OnPostgres);
