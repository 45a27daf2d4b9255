using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Benchmarks.Rows;

/// <summary>
/// "Durable accepts": POSTs answered a second, each committed to disk before its answer, beside commits of one row: on
/// SQLite by one connection, on PostgreSQL by <c>pgbench</c>.
/// </summary>
internal static partial class AcceptsRow
{
    public static Command Create(Option<bool> quick)
    {
        var command = new Command("accepts", "Durable accepts a second, beside commits of a single row.") { quick };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(quick), cancellationToken));
        return command;
    }

    private static async Task RunAsync(bool quick, CancellationToken cancellationToken)
    {
        foreach (var postgres in BenchDatabase.HasPostgres ? new[] { false, true } : [false])
        {
            await using var database = await BenchDatabase.CreateAsync(postgres, cancellationToken);
            await SpinProblem.Write(database.Folder, rounds: 1).SyncAsync(database, cancellationToken);
            await using var server = await AgonProcess.ServeAsync(database, AgonProcess.WithoutWorkers, cancellationToken);
            var posts = await Posts.PrepareAsync(database, server.Url, cancellationToken);
            var duration = TimeSpan.FromSeconds(quick ? 2 : 5);
            // A server that was just started compiles its code while it answers the first few thousand.
            if (!quick)
                await posts.SendAsync(2 * duration, cancellationToken);

            List<double> accepts = [], commits = [];
            for (var round = 0; round < (quick ? 1 : 3); round++)
            {
                var queued = await CountAsync(database, cancellationToken);
                var rate = await posts.SendAsync(duration, cancellationToken);
                var written = await CountAsync(database, cancellationToken) - queued;
                if (written < (rate * duration.TotalSeconds * 0.9) - Posts.Connections)
                    throw new BenchmarkException($"{rate:0} accepts a second were answered, but only {written} submissions are in the database");
                accepts.Add(rate);
                commits.Add(postgres ? await PgbenchAsync(database, duration, cancellationToken) : SqliteCommits(database, duration));
                if (!quick)
                    Table.Add($"durable accepts, {database.Name}, {queued:N0} jobs in the queue", $"{rate:N0}/s", "", null, "");
            }
            Table.Add($"durable accepts, {database.Name}, {Posts.Connections} connections of wrk", $"{Samples.Median(accepts):N0}/s",
                $"{Samples.Median(commits):N0}/s, single-insert commits, {(postgres ? $"pgbench with {Posts.Connections} clients" : "one connection, synchronous=FULL")}",
                Samples.Median(accepts) / Samples.Median(commits), postgres ? "0.50" : "2,000/s");
        }
    }

    private static async Task<long> CountAsync(BenchDatabase database, CancellationToken cancellationToken)
    {
        const string Count = "SELECT COUNT(*) FROM submission";
        if (database.Postgres is null)
        {
            using var file = new SqliteConnection($"Data Source={database.File};Pooling=false");
            file.Open();
            using var count = file.CreateCommand();
            count.CommandText = Count;
            return (long)count.ExecuteScalar()!;
        }
        await using var connection = new NpgsqlConnection(database.Postgres);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Count, connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static double SqliteCommits(BenchDatabase database, TimeSpan duration)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(database.Folder, "reference.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS one (id INTEGER PRIMARY KEY, at TEXT NOT NULL)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO one (at) VALUES (datetime('now'))";
        var commits = 0;
        var began = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(began) < duration; commits++)
            command.ExecuteNonQuery();
        return commits / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> PgbenchAsync(BenchDatabase database, TimeSpan duration, CancellationToken cancellationToken)
    {
        var address = new NpgsqlConnectionStringBuilder(database.Postgres);
        await using (var connection = new NpgsqlConnection(database.Postgres))
        {
            await connection.OpenAsync(cancellationToken);
            await using var create = new NpgsqlCommand("CREATE TABLE IF NOT EXISTS public.one (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at TIMESTAMPTZ NOT NULL)", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        var script = Path.Combine(database.Folder, "insert.sql");
        await File.WriteAllTextAsync(script, "INSERT INTO public.one (at) VALUES (now());\n", cancellationToken);
        var output = await Tool.RunAsync("pgbench",
            ["-n", "-h", address.Host!, "-p", $"{address.Port}", "-U", address.Username!, "-f", script, "-c", $"{Posts.Connections}", "-j", "1",
             "-T", $"{(int)duration.TotalSeconds}", address.Database!],
            cancellationToken, new Dictionary<string, string?> { ["PGPASSWORD"] = address.Password });
        return Tps().Match(output) is { Success: true } tps
            ? double.Parse(tps.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new BenchmarkException($"pgbench told no rate: {output}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
