using Agon.Storage.Leaderboards;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Benchmarks;

/// <summary>Ten boards and 2,000 users with any number of ranked runs, written past the stores: by the million in seconds.</summary>
internal static class RankedRuns
{
    public const int Users = 2000;

    /// <summary>The board that is asked for.</summary>
    public const string Board = "board-1";

    // One text for both databases but for two types and the hash of the code, which PostgreSQL makes itself.
    private static string[] Statements(bool postgres) =>
    [
        """
        INSERT INTO leaderboard (id, name, deadline, task, secret_seed, description, visibility)
        SELECT i, 'board-' || i, CAST('2099-01-01T00:00:00.000000Z' AS TIME_TEXT), CAST('{"lang":"py","files":{"eval.py":"x","submission.py":"@SUBMISSION@"},"config":{"main":"eval.py"},"libraries":[],"tests":[{"size":3}],"test_timeout":180,"benchmarks":[{"size":3}],"benchmark_timeout":180,"ranked_timeout":180,"ranking_by":"last","seed":5,"multi_gpu":false}' AS JSON_TEXT), 7, 'Be fast.', 'public'
        FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n) boards
        """,
        "INSERT INTO gpu_type (leaderboard_id, gpu_type) SELECT id, 'CPU' FROM leaderboard",
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999) INSERT INTO user_info (id, user_name) SELECT 'u' || i, 'participant ' || i FROM n",
        postgres ? "INSERT INTO code_files (code) VALUES ('x')" : "INSERT INTO code_files (code, hash) VALUES ('x', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881')",
        """
        WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < @submissions)
        INSERT INTO submission (id, leaderboard_id, file_name, user_id, code_id, submission_time, done, status, mode_category)
        SELECT i, 1 + i % 10, 'entry.py', 'u' || ((i / 10) % 2000), 1, CAST('2026-03-01T12:00:00.000000Z' AS TIME_TEXT), TRUE, 'active', 'leaderboard' FROM n
        """,
        """
        INSERT INTO runs (submission_id, start_time, end_time, mode, secret, runner, score, passed, system_info)
        SELECT s.id, s.submission_time, s.submission_time, 'leaderboard', half.secret, 'CPU', (1 + (CAST(s.id AS BIGINT) * 48271) % 99991) / 1000000.0, TRUE, CAST('{"isolation":{"level":"strong"}}' AS JSON_TEXT)
        FROM submission s CROSS JOIN (SELECT FALSE AS secret UNION ALL SELECT TRUE) half
        """,
    ];

    /// <summary>Fills an empty database and ranks everybody.</summary>
    public static async Task FillAsync(BenchDatabase place, long runs, CancellationToken cancellationToken)
    {
        if (place.Postgres is null)
            await FillFileAsync(place.File, runs, cancellationToken);
        else
            await FillPostgresAsync(place.Postgres, runs, cancellationToken);
        await using var database = place.Open();
        await new LeaderboardStore(database).ReindexAsync(cancellationToken);
    }

    private static async Task FillFileAsync(string file, long runs, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=3600");
        await connection.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction();
        foreach (var sql in Statements(postgres: false))
        {
            await using var command = new SqliteCommand(sql.Replace("JSON_TEXT", "TEXT").Replace("TIME_TEXT", "TEXT"), connection, transaction);
            if (sql.Contains("@submissions", StringComparison.Ordinal))
                command.Parameters.AddWithValue("@submissions", runs / 2);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task FillPostgresAsync(string address, long runs, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address) { CommandTimeout = 3600, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        string[] after = ["SELECT setval('submission_id_seq', (SELECT MAX(id) FROM submission)), setval('leaderboard_id_seq', 10)", "ANALYZE"];
        foreach (var sql in Statements(postgres: true).Concat(after))
        {
            await using var command = new NpgsqlCommand(sql.Replace("JSON_TEXT", "jsonb").Replace("TIME_TEXT", "timestamptz"), connection);
            if (sql.Contains("@submissions", StringComparison.Ordinal))
                command.Parameters.AddWithValue("submissions", runs / 2);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
