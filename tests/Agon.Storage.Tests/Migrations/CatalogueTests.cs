using System.Text.RegularExpressions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Migrations;

/// <summary>A fresh database's tables against the contracts: kernelbot/catalogue.txt and tournament/catalogue.txt say in PostgreSQL's own words what has to be there.</summary>
public sealed partial class CatalogueTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The rows that the contract's checks are there to refuse.</summary>
    private static readonly string[] Refused =
    [
        "INSERT INTO rate_limit (leaderboard_id, mode_category, max_submissions_per_hour) VALUES (1, 'benchmark', 1)",
        "INSERT INTO rate_limit (leaderboard_id, mode_category, max_submissions_per_hour) VALUES (1, 'test', -1)",
    ];

    [Fact]
    public async Task On_Sqlite_columns_keys_and_indexes_are_the_contracts()
    {
        await using var place = await StoreContract.OnSqlite();
        await using var database = place.Open();
        await database.MigrateAsync(None);
        foreach (var contract in (Catalogue[])[Catalogue.Kernel, Catalogue.Tournament])
            Assert.Equal(contract.Expected().Select(Bare).OfType<string>().Order(), (await contract.OfAsync(database)).Select(Bare).OfType<string>().Order());

        await using var session = await database.WriteAsync(None);
        await session.ExecuteAsync("INSERT INTO leaderboard (id, name, deadline, task) VALUES (1, 'a', '2030-01-01T00:00:00.000000Z', '{}')", null, None);
        foreach (var row in Refused)
            Assert.Contains("CHECK", (await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => session.ExecuteAsync(row, null, None))).Message);
    }

    // Not a type, a default, a primary key or a check: SQLite has other words for the first three, and no list of the last.
    private static string? Bare(string line)
    {
        if (line.Contains(": PRIMARY KEY", StringComparison.Ordinal) || line.Contains(": CHECK", StringComparison.Ordinal))
            return null;
        return Column().Match(line) is { Success: true } column
            ? $"{column.Groups["name"]}{(line.Contains(" not null", StringComparison.Ordinal) ? " not null" : "")}"
            : line.Replace("(", "").Replace(")", "").Replace("::text", "").Replace(" DESC", "");
    }

    [GeneratedRegex("^(?<name>[a-z_]+: [a-z0-9_]+) ")]
    private static partial Regex Column();
}

[NeedsPostgres]
public sealed class CatalogueOnPostgresTests
{
    [ContractFact]
    public async Task Tables_columns_types_defaults_keys_checks_and_indexes_are_the_contracts()
    {
        await using var place = await StoreContract.OnPostgres();
        await using var database = place.Open();
        await database.MigrateAsync(CancellationToken.None);
        foreach (var contract in (Catalogue[])[Catalogue.Kernel, Catalogue.Tournament])
            Assert.Equal(contract.Expected(), await contract.OfAsync(database));
    }
}
