namespace Agon.Storage.Migrations;

/// <summary>Applies the numbered SQL files that are embedded beside this one, each in one transaction and under one lock.</summary>
/// <remarks>A file is never edited once it has landed: a database remembers only its name.</remarks>
internal static class Migrator
{
    /// <returns>The names of the migrations applied by this call.</returns>
    public static async Task<IReadOnlyList<string>> ApplyAsync(Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        foreach (var (name, sql) in Scripts(database.Dialect))
        {
            // Looked up inside the lock: another process may have applied it while this one waited.
            await using var session = await database.WriteAsync(cancellationToken);
            await session.LockAsync("agon_migration", cancellationToken);
            await session.ExecuteScriptAsync(session.Dialect.BeforeMigrations, cancellationToken);
            if (await session.QueryOneAsync<string>("SELECT name FROM agon_migration WHERE name = @name", new { name }, cancellationToken) is null)
            {
                await session.ExecuteScriptAsync(sql, cancellationToken);
                await session.ExecuteAsync("INSERT INTO agon_migration (name, applied_at) VALUES (@name, @now)",
                    new { name, now = clock.GetUtcNow() }, cancellationToken);
                applied.Add(name);
            }
            await session.CommitAsync(cancellationToken);
        }
        return applied;
    }

    /// <returns>The names of those that the database lacks.</returns>
    public static async Task<IReadOnlyList<string>> MissingAsync(Database database, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var applied = await session.QueryAsync<string>("SELECT name FROM agon_migration", null, cancellationToken);
        return [.. Names(database.Dialect).Except(applied)];
    }

    /// <summary>All migrations that this program knows, in their order.</summary>
    public static IEnumerable<string> Names(Dialect dialect) => Scripts(dialect).Select(script => script.Name);

    private static IEnumerable<(string Name, string Sql)> Scripts(Dialect dialect)
    {
        var prefix = $"{typeof(Migrator).Namespace}.{dialect.Name}.";
        foreach (var resource in typeof(Migrator).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(typeof(Migrator).Assembly.GetManifestResourceStream(resource)!);
            yield return (resource[prefix.Length..^".sql".Length], reader.ReadToEnd());
        }
    }
}
