using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Storage;

/// <summary>Tells a database that cannot serve just now from a statement of ours that it will never accept.</summary>
public static class DatabaseFault
{
    // SQLite's primary result codes: busy, locked, out of memory, read-only, I/O error, disk full, file not to be opened, lock protocol.
    private static readonly int[] SqliteAway = [5, 6, 7, 8, 10, 13, 14, 15];

    // What SQLite says of every statement that it cannot make sense of.
    private const int SqliteWrongStatement = 1;

    // Classes of SQLSTATE (PostgreSQL manual, appendix A): connection, rollback by others, resources (the disk, too), object in
    // use, operator's intervention, system error.
    private static readonly string[] PostgresAway = ["08", "40", "53", "55", "57", "58"];

    // Of classes that are faults of ours else: idle_in_transaction_session_timeout (this process slept, and the transaction is gone), a
    // database that only reads (a standby that is not yet promoted), one that is not there (being put back).
    private static readonly string[] PostgresAwayToo = ["25P03", "25006", "3D000"];

    // Busy and locked; rollback by others, object in use.
    private static readonly int[] SqliteContended = [5, 6];
    private static readonly string[] PostgresContended = ["40", "55"];

    /// <summary>Whether it is others who use the database that are in the way, and no fault of the database itself.</summary>
    public static bool IsContention(Exception error) => error switch
    {
        SqliteException sqlite => SqliteContended.Contains(sqlite.SqliteErrorCode),
        PostgresException postgres => PostgresContended.Contains(postgres.SqlState[..2]),
        _ => false,
    };

    /// <summary>Whether a statement found no table of that name.</summary>
    public static bool LacksTable(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or SqliteException { SqliteErrorCode: SqliteWrongStatement };

    /// <summary>Whether a database server is on its way down or up, or cannot be reached: it may be there in a moment.</summary>
    public static bool IsRestarting(Exception error) => error is NpgsqlException and not PostgresException
        || error is PostgresException { SqlState: ['5', '7', ..] or ['0', '8', ..] };

    /// <summary>Whether the same request may work later: the database is not there, is full, or is busy.</summary>
    public static bool IsAway(Exception error) => error switch
    {
        SqliteException sqlite => SqliteAway.Contains(sqlite.SqliteErrorCode),
        PostgresException postgres => PostgresAway.Contains(postgres.SqlState[..2]) || PostgresAwayToo.Contains(postgres.SqlState),
        DbException or TimeoutException => true,   // Npgsql's own: the connection was refused, broke, or gave no answer
        _ => false,
    };
}
