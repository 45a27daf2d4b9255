namespace Agon.Storage.Tests.Migrations;

/// <summary>What a database says of the kernel contract's tables, one line for each column, key, check and index; Agon's own are left out.</summary>
internal static class Catalogue
{
    public static async Task<IReadOnlyList<string>> OfAsync(Database database)
    {
        await using var session = await database.ReadAsync(CancellationToken.None);
        return await session.QueryAsync<string>(session.Dialect == Dialect.Postgres ? OfPostgres : OfSqlite, null, CancellationToken.None);
    }

    private const string OfPostgres = """
        WITH tables AS (
            SELECT oid, relname FROM pg_class
            WHERE relnamespace = 'leaderboard'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'agon%'
        ), lines AS (
            SELECT relname, 1 AS part, attnum AS place, attname || ' ' || format_type(atttypid, atttypmod)
                   || CASE WHEN attnotnull THEN ' not null' ELSE '' END
                   || CASE WHEN attgenerated = 's' THEN ' generated ' WHEN adbin IS NULL THEN '' ELSE ' default ' END
                   || COALESCE(replace(pg_get_expr(adbin, adrelid), 'leaderboard.', ''), '') AS line
            FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
            LEFT JOIN pg_attrdef ON adrelid = tables.oid AND adnum = attnum
            UNION ALL
            SELECT relname, 2, 0, replace(pg_get_constraintdef(pg_constraint.oid), 'leaderboard.', '')
            FROM tables JOIN pg_constraint ON conrelid = tables.oid AND contype <> 'n'
            UNION ALL
            SELECT relname, 3, 0, 'INDEX ' || substring(pg_get_indexdef(indexrelid) FROM '\(.*')
            FROM tables JOIN pg_index ON indrelid = tables.oid AND NOT indisunique AND indexrelid::regclass::text NOT LIKE '%agon%'
        )
        SELECT relname || ': ' || line FROM lines ORDER BY relname, part, place, line
        """;

    private const string OfSqlite = """
        WITH tables AS (
            SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'agon%' AND name NOT LIKE 'sqlite%'
              AND name NOT LIKE 'baseline%' AND name NOT LIKE 'tournament%' AND name NOT LIKE 'benchmark%'
        ), lines AS (
            SELECT tables.name AS relname, 1 AS part, cid AS place, c.name || ' ' || c.type
                   || CASE WHEN c."notnull" OR c.pk > 0 THEN ' not null' ELSE '' END || COALESCE(' default ' || c.dflt_value, '') AS line
            FROM tables, pragma_table_info(tables.name) c
            UNION ALL
            SELECT tables.name, 2, 0, 'FOREIGN KEY (' || f."from" || ') REFERENCES ' || f."table" || '(' || f."to" || ')'
                   || CASE WHEN f.on_delete = 'NO ACTION' THEN '' ELSE ' ON DELETE ' || f.on_delete END
            FROM tables, pragma_foreign_key_list(tables.name) f
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
