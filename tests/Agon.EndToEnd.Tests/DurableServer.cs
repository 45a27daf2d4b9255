using Agon.Soak;

namespace Agon.EndToEnd.Tests;

/// <summary>A PostgreSQL that writes to disk before it answers, for a class of tests; none where the tests have no PostgreSQL at all.</summary>
public sealed class DurableServer : IAsyncLifetime
{
    private readonly DurablePostgres? postgres = PostgresFactAttribute.ConnectionString is null ? null : new DurablePostgres();

    internal Dictionary<string, string?> Environment => new() { ["AGON_PG"] = postgres?.ConnectionString };

    public Task InitializeAsync() => postgres?.StartAsync() ?? Task.CompletedTask;

    public Task DisposeAsync() => postgres?.DisposeAsync().AsTask() ?? Task.CompletedTask;
}
