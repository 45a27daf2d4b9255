namespace Agon.Storage;

/// <summary>The few words in which the two databases differ; every statement but the ones built from these is one text for both.</summary>
internal sealed record Dialect
{
    /// <summary>Folder of the migrations.</summary>
    public required string Name { get; init; }

    /// <summary>Whether write transactions can only come one after the other.</summary>
    public required bool OneWriter { get; init; }

    /// <summary>Keeps the rows that a SELECT found until the transaction ends; SQLite lets one writer in at a time anyway.</summary>
    public required string ForUpdate { get; init; }

    /// <summary>As <see cref="ForUpdate"/>, but passes over rows that another transaction keeps.</summary>
    public required string SkipLocked { get; init; }

    /// <summary>Text into a JSON column: <c>{0}</c> is the parameter.</summary>
    public required string JsonCast { private get; init; }

    /// <summary>Digits into an exact decimal column: <c>{0}</c> is the parameter.</summary>
    public required string DecimalCast { private get; init; }

    /// <summary>Seconds from the time <c>{0}</c> to the time <c>{1}</c>, as a floating number.</summary>
    public required string Seconds { private get; init; }

    /// <summary>Waits for a lock of the name <c>@name</c> that ends with the transaction; null where every write transaction is alone.</summary>
    public required string? NamedLock { get; init; }

    /// <summary>Adds a <c>@code</c> whose sha256 is <c>@hash</c>, if nobody has; PostgreSQL generates the hash itself.</summary>
    public required string InsertCode { get; init; }

    /// <summary>Makes what has to be there before the first migration.</summary>
    public required string BeforeMigrations { get; init; }

    public string Json(string parameter) => string.Format(JsonCast, parameter);

    public string Decimal(string parameter) => string.Format(DecimalCast, parameter);

    public string SecondsBetween(string from, string to) => string.Format(Seconds, from, to);

    public static Dialect Sqlite { get; } = new()
    {
        Name = "sqlite",
        OneWriter = true,
        ForUpdate = "",
        SkipLocked = "",
        JsonCast = "{0}",
        DecimalCast = "{0}",
        Seconds = "(julianday({1}) - julianday({0})) * 86400.0",
        NamedLock = null,
        InsertCode = "INSERT INTO code_files (code, hash) VALUES (@code, @hash) ON CONFLICT (hash) DO NOTHING",
        BeforeMigrations = """
            CREATE TABLE IF NOT EXISTS agon_migration (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL)
            """,
    };

    public static Dialect Postgres { get; } = new()
    {
        Name = "postgres",
        OneWriter = false,
        ForUpdate = "FOR UPDATE",
        SkipLocked = "FOR UPDATE SKIP LOCKED",
        JsonCast = "CAST({0} AS jsonb)",
        DecimalCast = "CAST({0} AS numeric)",
        Seconds = "CAST(EXTRACT(EPOCH FROM {1} - {0}) AS DOUBLE PRECISION)",
        NamedLock = "SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))",
        InsertCode = "INSERT INTO code_files (code) VALUES (@code) ON CONFLICT (hash) DO NOTHING",
        BeforeMigrations = """
            CREATE SCHEMA IF NOT EXISTS leaderboard;
            CREATE TABLE IF NOT EXISTS agon_migration (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL)
            """,
    };
}
