namespace Agon.Storage.Tests.Migrations;

/// <summary>What a database says of a contract's tables, one line for each column, key, check and index; Agon's own are left out.</summary>
/// <param name="schema">Where PostgreSQL has them.</param>
/// <param name="ofSqlite">Which of SQLite's tables they are.</param>
internal sealed class Catalogue(string schema, string ofSqlite)
{
    private const string Tournaments = "(name LIKE 'baseline%' OR name LIKE 'tournament%' OR name LIKE 'benchmark%')";

    /// <summary>The kernel contract's, section 12.</summary>
    public static Catalogue Kernel { get; } = new("leaderboard", $"NOT {Tournaments}");

    /// <summary>The tournament contract's, section 1.2.</summary>
    public static Catalogue Tournament { get; } = new("tournament", Tournaments);

    public async Task<IReadOnlyList<string>> OfAsync(Database database)
    {
        await using var session = await database.ReadAsync(CancellationToken.None);
        return await session.QueryAsync<string>(session.Dialect == Dialect.Postgres ? OfPostgres : OfSqlite, null, CancellationToken.None);
    }

    /// <summary>What the contract says, in PostgreSQL's own words.</summary>
    public string[] Expected() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, this == Kernel ? "kernelbot" : "tournament", "catalogue.txt"));

    private string OfPostgres => $"""
        WITH tables AS (
            SELECT oid, relname FROM pg_class
            WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'agon%'
        ), lines AS (
            SELECT relname, 1 AS part, attnum AS place, attname || ' ' || format_type(atttypid, atttypmod)
                   || CASE WHEN attnotnull THEN ' not null' ELSE '' END
                   || CASE WHEN attgenerated = 's' THEN ' generated ' WHEN adbin IS NULL THEN '' ELSE ' default ' END
                   || COALESCE(replace(pg_get_expr(adbin, adrelid), '{schema}.', ''), '') AS line
            FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
            LEFT JOIN pg_attrdef ON adrelid = tables.oid AND adnum = attnum
            UNION ALL
            SELECT relname, 2, 0, replace(pg_get_constraintdef(pg_constraint.oid), '{schema}.', '')
            FROM tables JOIN pg_constraint ON conrelid = tables.oid AND contype <> 'n'
            UNION ALL
            SELECT relname, 3, 0, CASE WHEN indisunique THEN 'UNIQUE ' ELSE 'INDEX ' END || substring(pg_get_indexdef(indexrelid) FROM '\(.*')
            FROM tables JOIN pg_index ON indrelid = tables.oid AND indexrelid::regclass::text NOT LIKE '%agon%'
            WHERE indexrelid NOT IN (SELECT conindid FROM pg_constraint)
        )
        SELECT relname || ': ' || line FROM lines ORDER BY relname, part, place, line
        """;

    private string OfSqlite => $"""
        WITH tables AS (
            SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'agon%' AND name NOT LIKE 'sqlite%' AND {ofSqlite}
        ), lines AS (
            SELECT tables.name AS relname, 1 AS part, cid AS place, c.name || ' ' || c.type
                   || CASE WHEN c."notnull" OR c.pk > 0 THEN ' not null' ELSE '' END || COALESCE(' default ' || c.dflt_value, '') AS line
            FROM tables, pragma_table_info(tables.name) c
            UNION ALL
            SELECT tables.name, 2, 0, 'FOREIGN KEY (' || group_concat(f."from", ', ') || ') REFERENCES ' || f."table" || '(' || group_concat(f."to", ', ') || ')'
                   || CASE WHEN f.on_delete = 'NO ACTION' THEN '' ELSE ' ON DELETE ' || f.on_delete END
            FROM tables, pragma_foreign_key_list(tables.name) f
            GROUP BY tables.name, f.id
            UNION ALL
            SELECT tables.name, 2, 1, CASE WHEN i."unique" THEN 'UNIQUE (' ELSE 'INDEX (' END
                   || (SELECT group_concat(k.name, ', ') FROM pragma_index_info(i.name) k) || ')'
                   || COALESCE(' ' || substr(m.sql, nullif(instr(m.sql, 'WHERE'), 0)), '')
            FROM tables, pragma_index_list(tables.name) i LEFT JOIN sqlite_master m ON m.name = i.name
            WHERE i.origin <> 'pk' AND i.name NOT LIKE 'agon%'
        )
        SELECT relname || ': ' || line FROM lines ORDER BY relname, part, place, line
        """;
}
