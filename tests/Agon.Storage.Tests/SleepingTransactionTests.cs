using Agon.Storage.Tests.Worlds;
using Npgsql;

namespace Agon.Storage.Tests;

[NeedsPostgres]
public sealed class SleepingTransactionTests
{
    [ContractFact]
    public async Task PostgreSQL_takes_back_the_locks_of_a_process_that_sleeps_inside_a_transaction()
    {
        await using var place = await PostgresTestDatabase.CreateAsync();
        await using var database = place.Open();
        await using var session = await database.ReadAsync(CancellationToken.None);
        Assert.Equal("30s", await session.QueryOneAsync<string>("SHOW idle_in_transaction_session_timeout", null, CancellationToken.None));
    }

    [ContractFact]
    public async Task A_process_that_sleeps_on_the_row_that_readiness_writes_to_does_not_make_the_others_unready()
    {
        await using var place = await PostgresTestDatabase.CreateAsync();
        await using var database = place.Open();
        await database.MigrateAsync(CancellationToken.None);
        await using var sleeper = await database.WriteAsync(CancellationToken.None);
        await sleeper.ExecuteAsync("UPDATE agon_intake SET is_open = is_open", null, CancellationToken.None);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);   // half the sleeper's time
        await database.TakeWriteAsync(limit.Token);
    }

    [ContractFact]
    public async Task An_operators_own_settings_of_the_session_are_kept()
    {
        await using var place = await PostgresTestDatabase.CreateAsync();
        var address = new NpgsqlConnectionStringBuilder(((PostgresTestDatabase)place).Address) { Options = "-c idle_in_transaction_session_timeout=45s" };
        await using var database = Database.Open(dataFolder: null, address.ToString());
        await using var session = await database.WriteAsync(CancellationToken.None);
        Assert.Equal("45s", await session.QueryOneAsync<string>("SHOW idle_in_transaction_session_timeout", null, CancellationToken.None));
    }

    [ContractFact]
    public async Task A_process_that_slept_too_long_inside_a_transaction_has_lost_its_locks_and_finds_the_database_away()
    {
        await using var place = await PostgresTestDatabase.CreateAsync();
        await using var database = place.Open();
        await using var sleeper = await database.WriteAsync(CancellationToken.None);
        await sleeper.LockAsync("bed", CancellationToken.None);
        // Only now, when there is nothing left that a slow machine could be late for.
        await sleeper.ExecuteAsync("SET idle_in_transaction_session_timeout = '10ms'", null, CancellationToken.None);

        await using var other = await database.WriteAsync(CancellationToken.None);
        await other.LockAsync("bed", CancellationToken.None);

        var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() => sleeper.CommitAsync(CancellationToken.None));
        Assert.True(DatabaseFault.IsAway(error), $"{error}");
    }
}
