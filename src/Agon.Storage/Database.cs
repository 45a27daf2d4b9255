using System.Runtime.CompilerServices;
using Agon.Storage.Migrations;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Storage;

/// <summary>Agon's database: a SQLite file, or PostgreSQL.</summary>
/// <remarks>
/// Several processes may use one database. On SQLite one transaction writes at a time: within a process they queue at a
/// gate, which is far fairer and faster than SQLite's own waiting, and between processes <c>BEGIN IMMEDIATE</c> waits.
/// </remarks>
public sealed class Database : IAsyncDisposable
{
    private const string FileName = "agon.db";
    private const string ServerLockName = "agon.serve.lock";
    private const int SqliteBusy = 5;
    private const int SqliteCannotOpen = 14;
    private static readonly Lock Creating = new();
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    private readonly string? sqlite;
    private readonly string? serverLock;
    private readonly NpgsqlDataSource? postgres;
    private readonly SemaphoreSlim writeGate = new(1, 1);
    private readonly ConditionalWeakTable<object, Database> settled = [];

    private Database(string place, Dialect dialect, string? sqlite, string? serverLock, NpgsqlDataSource? postgres)
    {
        DapperSetup.Register();
        (Place, Dialect, this.sqlite, this.serverLock, this.postgres) = (place, dialect, sqlite, serverLock, postgres);
    }

    /// <summary>
    /// Opens PostgreSQL if <paramref name="databaseUrl"/> is given (a <c>postgresql://</c> URL or an Npgsql string),
    /// else the file <c>agon.db</c> in <paramref name="dataFolder"/>, which is made if it is missing.
    /// </summary>
    /// <exception cref="ArgumentException">Neither is given.</exception>
    /// <exception cref="FormatException">The URL cannot be read.</exception>
    public static Database Open(string? dataFolder, string? databaseUrl)
    {
        if (!string.IsNullOrWhiteSpace(databaseUrl))
            return OpenPostgres(databaseUrl.Trim());
        if (!string.IsNullOrWhiteSpace(dataFolder))
            return OpenSqlite(dataFolder);
        throw new ArgumentException("name a data folder, or a database URL");
    }

    /// <summary>Whether <see cref="Open"/> would find something: a file, or whatever the URL leads to.</summary>
    public static bool Exists(string dataFolder, string? databaseUrl) =>
        !string.IsNullOrWhiteSpace(databaseUrl) || File.Exists(Path.Combine(dataFolder, FileName));

    /// <summary>Where the data is, for people: no password in it.</summary>
    public string Place { get; }

    internal Dialect Dialect { get; }

    /// <summary>Applies what is missing, under a lock; safe to call from several processes at once.</summary>
    /// <returns>The names of the migrations applied now.</returns>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        // The journal's kind is a property of the file, and cannot be changed inside a transaction.
        if (sqlite is not null)
        {
            await using var session = await ReadAsync(cancellationToken);
            await session.ExecuteAsync("PRAGMA journal_mode = WAL", null, cancellationToken);
        }
        return await Migrator.ApplyAsync(this, TimeProvider.System, cancellationToken);
    }

    /// <summary>
    /// Keeps a second server off a SQLite file until the answer is disposed; null on PostgreSQL, which many may share. The
    /// lock is the kernel's, so it dies with this process, however that dies. Workers and commands need no place.
    /// </summary>
    /// <exception cref="SecondServerException">A server has it.</exception>
    public IDisposable? EnterAsServer() => serverLock is null ? null : EnterAsServer(serverLock, Place);

    /// <summary>As a server of the folder's file, for who replaces it: a server keeps its place even when its file is gone.</summary>
    /// <exception cref="SecondServerException">A server has it.</exception>
    internal static IDisposable EnterAsServer(string dataFolder) =>
        EnterAsServer(Path.Combine(Path.GetFullPath(dataFolder), ServerLockName), $"SQLite file {FileIn(dataFolder)}");

    private static FileStream EnterAsServer(string serverLock, string place)
    {
        try
        {
            return new FileStream(serverLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new SecondServerException(place, error);
        }
    }

    /// <summary>Does the work in one transaction that first makes sure of a lease, and keeps the lease's row until the commit. False: it is lost, and nothing is written.</summary>
    internal async Task<bool> UnderLeaseAsync(Func<Session, Task<bool>> holds, Func<Session, Task> work, CancellationToken cancellationToken)
    {
        await using var session = await WriteAsync(cancellationToken);
        if (!await holds(session))
            return false;
        await work(session);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>How far this machine's clock is ahead of the database's; null where both are one, on SQLite.</summary>
    public async Task<TimeSpan?> ClockLeadAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        if (postgres is null)
            return null;
        await using var session = await ReadAsync(cancellationToken);
        var before = clock.GetUtcNow();
        var theirs = await session.QueryOneAsync<DateTimeOffset>("SELECT clock_timestamp()", null, cancellationToken);
        return before + ((clock.GetUtcNow() - before) / 2) - theirs;
    }

    /// <summary>Returns when the database has answered.</summary>
    /// <exception cref="System.Data.Common.DbException">It did not.</exception>
    public async Task AnswerAsync(CancellationToken cancellationToken)
    {
        // A file that somebody deleted must not be made anew by the question.
        if (sqlite is not null && !File.Exists(new SqliteConnectionStringBuilder(sqlite).DataSource))
            throw new SqliteException($"{Place} is not there", SqliteCannotOpen);
        await using var session = await ReadAsync(cancellationToken);
        await session.QueryOneAsync<int>("SELECT 1", null, cancellationToken);
    }

    /// <summary>Returns when the database has committed a write that changes nothing: one that only reads, or whose disk is full, answers all the same. Not before its migrations.</summary>
    /// <exception cref="System.Data.Common.DbException">It did not.</exception>
    public async Task TakeWriteAsync(CancellationToken cancellationToken)
    {
        // Who writes just now shows what was asked, here and on another server, which may sleep in it and keep the row.
        if (sqlite is not null && writeGate.CurrentCount == 0)
            return;
        await using var session = await WriteAsync(cancellationToken);
        if (await session.QueryOneAsync<bool?>($"SELECT is_open FROM agon_intake {Dialect.SkipLocked}", null, cancellationToken) is null)
            return;
        await session.ExecuteAsync("UPDATE agon_intake SET is_open = is_open", null, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>The names of the migrations that are still to be applied.</summary>
    public Task<IReadOnlyList<string>> MissingMigrationsAsync(CancellationToken cancellationToken) => Migrator.MissingAsync(this, cancellationToken);

    /// <summary>Whether it holds no table at all: neither ours nor those that we take over.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        await using var session = await ReadAsync(cancellationToken);
        return await session.QueryOneAsync<long>(
            postgres is null
                ? "SELECT COUNT(*) FROM sqlite_schema"
                : "SELECT COUNT(*) FROM pg_tables WHERE schemaname IN ('leaderboard', 'tournament')", null, cancellationToken) == 0;
    }

    /// <summary>PostgreSQL's settings that decide whether a commit survives a crash; empty on SQLite, where each connection sets its own.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DurabilityAsync(CancellationToken cancellationToken)
    {
        if (postgres is null)
            return new Dictionary<string, string>();
        await using var session = await ReadAsync(cancellationToken);
        var settings = await session.QueryAsync<(string Name, string Setting)>(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')", null, cancellationToken);
        return settings.ToDictionary(setting => setting.Name, setting => setting.Setting);
    }

    /// <summary>A connection for statements that only read, each on its own.</summary>
    internal async Task<Session> ReadAsync(CancellationToken cancellationToken) =>
        new(Dialect, postgres is not null ? await postgres.OpenConnectionAsync(cancellationToken) : OpenFile(), transaction: null, release: null);

    /// <summary>A transaction that may write.</summary>
    internal async Task<Session> WriteAsync(CancellationToken cancellationToken)
    {
        if (postgres is not null)
            return await BeginAsync(await postgres.OpenConnectionAsync(cancellationToken), cancellationToken);

        if (!await writeGate.WaitAsync(WriteTimeout, cancellationToken))
            throw new SqliteException($"no write to {Place} for {WriteTimeout.TotalSeconds} s: another transaction does not end", SqliteBusy);
        try
        {
            return Begin(OpenFile());
        }
        catch
        {
            writeGate.Release();
            throw;
        }
    }

    private async Task<Session> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return new(Dialect, connection, await connection.BeginTransactionAsync(cancellationToken), release: null);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Not deferred: BEGIN IMMEDIATE, so that no transaction has to turn from a reader into a writer half-way.
    private Session Begin(SqliteConnection connection)
    {
        try
        {
            return new(Dialect, connection, connection.BeginTransaction(deferred: false), () => writeGate.Release());
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        if (sqlite is not null)
        {
            using var connection = new SqliteConnection(sqlite);
            SqliteConnection.ClearPool(connection);
        }
        writeGate.Dispose();
    }

    public override string ToString() => Place;

    private static Database OpenPostgres(string address)
    {
        var settings = DatabaseAddress.Parse(address);
        // A process that is stopped inside a transaction must not keep others from its rows; nothing of ours waits that long in one.
        if (string.IsNullOrEmpty(settings.Options))
            settings.Options = $"-c idle_in_transaction_session_timeout={(int)WriteTimeout.TotalMilliseconds}";
        return new Database($"PostgreSQL database {settings.Database} on {settings.Host}:{settings.Port}",
            Dialect.Postgres, sqlite: null, serverLock: null, NpgsqlDataSource.Create(settings));
    }

    private static Database OpenSqlite(string dataFolder)
    {
        CreateFolder(dataFolder);
        var file = FileIn(dataFolder);
        CreateForOwner(file);
        var settings = new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = (int)WriteTimeout.TotalSeconds };
        return new Database($"SQLite file {file}", Dialect.Sqlite, settings.ToString(), Path.Combine(Path.GetDirectoryName(file)!, ServerLockName), postgres: null);
    }

    /// <summary>The SQLite file of a data folder.</summary>
    internal static string FileIn(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), FileName);

    // Secret seeds will be in there: nobody else may look.
    internal static void CreateFolder(string dataFolder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(dataFolder);
        else
            Directory.CreateDirectory(dataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// SQLite would give a new file what the umask allows, for others to read in a folder that an operator has made. Its
    /// journals get the file's own mode.
    /// </summary>
    private static void CreateForOwner(string file)
    {
        if (OperatingSystem.IsWindows())
            return;
        // Closing a file lets go of all locks that this process has on it: it must be closed before anybody here opens it.
        lock (Creating)
        {
            if (File.Exists(file))
                return;
            try
            {
                new FileStream(file, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }).Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another process was faster, or SQLite will say why there can be none.
            }
        }
    }

    private SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection(sqlite);
        try
        {
            connection.Open();
            // The pool gives a connection again and again, and what was set stays set.
            if (!settled.TryGetValue(connection.Handle!, out _))
            {
                using var settings = connection.CreateCommand();
                settings.CommandText = "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;";
                settings.ExecuteNonQuery();
                settled.AddOrUpdate(connection.Handle!, this);
            }
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
