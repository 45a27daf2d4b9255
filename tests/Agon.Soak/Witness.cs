using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Soak;

/// <summary>A job as its row tells it.</summary>
internal sealed record JobRow(long Id, long Submission, bool Secret, string Mode, string State, int Attempt, string? Worker, string? Error, string Phase)
{
    public (long Job, int AttemptOfIt) Key => (Id, Attempt);

    public bool IsHeldBy(string mark) => Worker?.StartsWith(mark, StringComparison.Ordinal) ?? false;
}

/// <summary>A submission as its rows tell it.</summary>
internal sealed record SubmissionRow(long Id, string Code, bool Done);

/// <summary>Reads the database with statements of its own: what is checked must not be asked through what checks it.</summary>
internal sealed class Witness(Func<DbConnection> connect)
{
    public static Witness Of(string dataFolder, Func<string>? postgres) => new(() => postgres is null
        ? new SqliteConnection($"Data Source={Path.Combine(dataFolder, "agon.db")};Mode=ReadWrite;Pooling=false;Default Timeout=30")
        : new NpgsqlConnection($"{postgres()};SearchPath=leaderboard;Pooling=false"));

    public Task<List<JobRow>> RunningAsync() => JobsAsync("WHERE j.state = 'running'");

    /// <param name="where">A condition on the job <c>j</c>, or nothing.</param>
    public Task<List<JobRow>> JobsAsync(string where = "") => QueryAsync($"""
        SELECT j.id, j.submission_id, j.secret, j.mode, j.state, j.attempt, j.worker, j.error,
               (SELECT CAST(e.data AS text) FROM agon_event e WHERE e.submission_id = j.submission_id AND e.kind = 'phase' ORDER BY e.sequence DESC LIMIT 1)
        FROM agon_job j {where} ORDER BY j.id
        """, row =>
        {
            var (secret, attempt) = (row.GetBoolean(2), row.GetInt32(5));
            return new JobRow(row.GetInt64(0), row.GetInt64(1), secret, row.GetString(3), row.GetString(4), attempt,
                Text(row, 6), Text(row, 7), PhaseOf(Text(row, 8), secret, attempt));
        });

    public Task<List<SubmissionRow>> SubmissionsAsync() => QueryAsync(
        "SELECT s.id, c.code, s.done FROM submission s JOIN code_files c ON c.id = s.code_id ORDER BY s.id",
        row => new SubmissionRow(row.GetInt64(0), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)), row.GetBoolean(2)));

    /// <summary>How often each kind of run was recorded.</summary>
    public Task<List<(long Submission, bool Secret, string Mode, long Count)>> RunsAsync() => QueryAsync(
        "SELECT submission_id, secret, mode, COUNT(*) FROM runs GROUP BY submission_id, secret, mode",
        row => (row.GetInt64(0), row.GetBoolean(1), row.GetString(2), row.GetInt64(3)));

    /// <summary>Events of a kind of each submission.</summary>
    public Task<List<(long Submission, string Kind, long Count)>> EventsAsync() => QueryAsync(
        "SELECT submission_id, kind, COUNT(*) FROM agon_event GROUP BY submission_id, kind",
        row => (row.GetInt64(0), row.GetString(1), row.GetInt64(2)));

    /// <summary>Submissions whose events are not numbered 1, 2, 3 ... up to the last.</summary>
    public Task<List<long>> WithGapsAsync() => QueryAsync("""
        SELECT s.submission_id FROM agon_submission s LEFT JOIN agon_event e ON e.submission_id = s.submission_id
        GROUP BY s.submission_id, s.last_event HAVING COUNT(e.sequence) <> s.last_event OR COALESCE(MAX(e.sequence), 0) <> s.last_event
        """, row => row.GetInt64(0));

    /// <summary>Submissions about which something was told after their end.</summary>
    public Task<List<long>> WithLateEventsAsync() => QueryAsync("""
        SELECT DISTINCT late.submission_id FROM agon_event done JOIN agon_event late ON late.submission_id = done.submission_id AND late.sequence > done.sequence
        WHERE done.kind = 'done'
        """, row => row.GetInt64(0));

    public async Task<bool> HasEndedAsync(long job) => (await JobsAsync($"WHERE j.id = {job}")).Single() is { State: "done" or "failed" };

    public async Task<long> TakenSlotsAsync() => (await QueryAsync("SELECT COUNT(*) FROM agon_device_slot WHERE job_id IS NOT NULL", row => row.GetInt64(0)))[0];

    private async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read)
    {
        await using var connection = connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await row.ReadAsync())
            rows.Add(read(row));
        return rows;
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    // The newest remark about the submission counts if it is about this attempt at this job.
    private static string PhaseOf(string? data, bool secret, int attempt)
    {
        if (data is null)
            return Phases.Claimed;
        using var json = JsonDocument.Parse(data);
        var phase = json.RootElement.GetProperty("phase").GetString()!;
        return json.RootElement.GetProperty("attempt").GetInt32() == attempt && (phase == Phases.Secret) == secret ? phase : Phases.Claimed;
    }
}

/// <summary>The columns of the table.</summary>
internal static class Phases
{
    public const string Claimed = "claimed";
    public const string Secret = "secret";

    /// <summary>What was killed ran nothing itself.</summary>
    public const string Idle = "idle";

    public static readonly string[] Columns = [Claimed, "test", "benchmark", "leaderboard", Secret, Idle];
}
