using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Migrations;

public abstract class MigrationContract(Func<Task<TestDatabase>> create) : IAsyncLifetime
{
    private TestDatabase place = null!;

    protected TestDatabase Place => place;

    protected static CancellationToken None => CancellationToken.None;

    public async Task InitializeAsync() => place = await create();

    public async Task DisposeAsync() => await place.DisposeAsync();

    [ContractFact]
    public async Task Every_migration_is_applied_once()
    {
        await using var database = place.Open();
        Assert.Equal(["0001_contract_tables", "0002_agon_tables", "0003_web_auth_id", "0004_slot_busy_until", "0005_slot_seen_at"], await database.MigrateAsync(None));
        Assert.Empty(await database.MigrateAsync(None));

        await using var again = place.Open();
        Assert.Empty(await again.MigrateAsync(None));
    }

    [ContractFact]
    public async Task Four_that_migrate_at_once_apply_each_once_between_them()
    {
        var databases = Enumerable.Range(0, 4).Select(_ => place.Open()).ToList();
        var applied = await Task.WhenAll(databases.Select(database => Task.Run(() => database.MigrateAsync(None))));
        foreach (var database in databases)
            await database.DisposeAsync();

        Assert.Equal(["0001_contract_tables", "0002_agon_tables", "0003_web_auth_id", "0004_slot_busy_until", "0005_slot_seen_at"], applied.SelectMany(names => names).Order());
    }

    [ContractFact]
    public async Task The_tables_and_columns_of_the_contract_are_there()
    {
        await using var database = place.Open();
        await database.MigrateAsync(None);
        await using var session = await database.ReadAsync(None);
        foreach (var columns in ContractColumns)
        {
            var (table, rest) = (columns.Split(": ")[0], columns.Split(": ")[1]);
            await session.ExecuteAsync($"SELECT {rest} FROM {table}", null, None);
        }
    }

    private static readonly string[] ContractColumns =
    [
        "leaderboard: id, name, deadline, task, creator_id, forum_id, secret_seed, description, visibility",
        "gpu_type: leaderboard_id, gpu_type",
        "templates: id, leaderboard_id, lang, code",
        "user_info: id, user_name, cli_id, cli_valid, cli_auth_provider, created_at, web_auth_id, is_banned",
        "code_files: id, old_code, code, hash",
        "submission: id, leaderboard_id, file_name, user_id, code_id, submission_time, done, status, mode_category",
        "submission_job_status: id, submission_id, status, error, created_at, last_heartbeat",
        "runs: id, submission_id, start_time, end_time, mode, secret, runner, score, passed, compilation, meta, result, system_info",
        "leaderboard_invite: id, code, user_id, claimed_at, created_at",
        "leaderboard_invite_scope: invite_id, leaderboard_id",
        "rate_limit: id, leaderboard_id, mode_category, max_submissions_per_hour",
        "draft_code: id, leaderboard_id, user_id, type, code, created_at, last_modified_at",
    ];
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
}

[NeedsPostgres]
public sealed class MigrationsOnPostgres() : MigrationContract(StoreContract.OnPostgres)
{
    [ContractFact]
    public async Task A_database_that_already_holds_the_contracts_tables_keeps_its_rows()
    {
        await using var database = Place.Open();
        await using (var session = await database.WriteAsync(None))
        {
            await session.ExecuteScriptAsync(ForeignTables, None);
            await session.CommitAsync(None);
        }

        Assert.Equal(5, (await database.MigrateAsync(None)).Count);

        var board = (await new Storage.Leaderboards.LeaderboardStore(database).FindAsync("grayscale", None))!;
        Assert.Equal((10_000_007L, "Make it gray", "B200", 5L), (board.SecretSeed, board.Task.Description, board.Gpus.Single(), board.Task.Seed));
        var entry = Assert.Single(await new Storage.Leaderboards.LeaderboardStore(database).RankAsync(board, "B200", null, 0, None));
        Assert.Equal((0.0033, "ada"), (entry.Score, entry.UserName));
        Assert.Equal("import torch", (await new Storage.Submissions.SubmissionStore(database).FindAsync(entry.SubmissionId, None))!.Code);
        Assert.Equal("12", (await new Storage.Accounts.UserStore(database).FindByCliIdAsync("same-id-in-clear", None))!.Id);
    }

    // As another system left them: only what the test needs, with a duplicate id in clear and a column of its own.
    private const string ForeignTables = """
        CREATE SCHEMA leaderboard;
        CREATE TABLE leaderboard.leaderboard (id SERIAL PRIMARY KEY, name TEXT UNIQUE NOT NULL, deadline TIMESTAMPTZ NOT NULL, task JSONB NOT NULL,
            creator_id BIGINT NOT NULL DEFAULT -1, forum_id BIGINT NOT NULL, secret_seed BIGINT NOT NULL, description TEXT NOT NULL, visibility TEXT NOT NULL DEFAULT 'public');
        CREATE TABLE leaderboard.gpu_type (leaderboard_id INTEGER NOT NULL REFERENCES leaderboard.leaderboard (id) ON DELETE CASCADE, gpu_type TEXT NOT NULL, PRIMARY KEY (leaderboard_id, gpu_type));
        CREATE TABLE leaderboard.user_info (id TEXT PRIMARY KEY, user_name TEXT, cli_id VARCHAR(255), cli_valid BOOLEAN DEFAULT FALSE, cli_auth_provider VARCHAR(255),
            created_at TIMESTAMP DEFAULT now(), web_auth_id VARCHAR(255), is_banned BOOLEAN NOT NULL DEFAULT FALSE);
        CREATE TABLE leaderboard.code_files (id SERIAL PRIMARY KEY, old_code TEXT, code BYTEA NOT NULL, hash TEXT GENERATED ALWAYS AS (encode(sha256(code), 'hex')) STORED UNIQUE);
        CREATE TABLE leaderboard.submission (id SERIAL PRIMARY KEY, leaderboard_id INTEGER NOT NULL REFERENCES leaderboard.leaderboard (id), file_name TEXT NOT NULL,
            user_id TEXT NOT NULL REFERENCES leaderboard.user_info (id), code_id INTEGER NOT NULL REFERENCES leaderboard.code_files (id), submission_time TIMESTAMPTZ NOT NULL,
            done BOOLEAN DEFAULT FALSE, status TEXT DEFAULT 'active', mode_category TEXT);
        CREATE TABLE leaderboard.runs (id SERIAL PRIMARY KEY, submission_id INTEGER NOT NULL REFERENCES leaderboard.submission (id), start_time TIMESTAMPTZ NOT NULL,
            end_time TIMESTAMPTZ NOT NULL, mode TEXT NOT NULL, secret BOOLEAN NOT NULL, runner TEXT NOT NULL, score NUMERIC, passed BOOLEAN NOT NULL,
            compilation JSONB, meta JSONB, result JSONB, system_info JSONB NOT NULL);
        CREATE INDEX runs_runner_score_idx ON leaderboard.runs (runner, score);

        INSERT INTO leaderboard.leaderboard (name, deadline, task, forum_id, secret_seed, description) VALUES ('grayscale', '2026-01-01+00',
            '{"lang": "py", "files": {"eval.py": "x"}, "config": {"main": "eval.py"}, "libraries": [], "tests": [{"size": 3}], "test_timeout": 180, "benchmarks": [],
              "benchmark_timeout": 180, "ranked_timeout": 180, "ranking_by": "geom", "seed": 5, "multi_gpu": false}', 4, 10000007, 'Make it gray');
        INSERT INTO leaderboard.gpu_type VALUES (1, 'B200');
        INSERT INTO leaderboard.user_info (id, user_name, cli_id, cli_valid) VALUES ('temp_1', 'temp', 'same-id-in-clear', FALSE), ('12', 'ada', 'same-id-in-clear', TRUE);
        INSERT INTO leaderboard.code_files (code) VALUES ('import torch');
        INSERT INTO leaderboard.submission (leaderboard_id, file_name, user_id, code_id, submission_time, done) VALUES (1, 'a.py', '12', 1, now(), TRUE);
        INSERT INTO leaderboard.runs (submission_id, start_time, end_time, mode, secret, runner, score, passed, system_info) VALUES
            (1, now(), now(), 'leaderboard', FALSE, 'B200', 0.0033, TRUE, '{}'), (1, now(), now(), 'leaderboard', TRUE, 'B200', 0.0034, TRUE, '{}');
        """;
}
