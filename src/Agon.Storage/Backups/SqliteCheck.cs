using Agon.Storage.Migrations;
using Microsoft.Data.Sqlite;

namespace Agon.Storage.Backups;

/// <summary>Whether a file is whole, and Agon's.</summary>
internal static class SqliteCheck
{
    /// <summary>What every file of SQLite's begins with.</summary>
    private static ReadOnlySpan<byte> Beginning => "SQLite format 3\0"u8;

    /// <summary>Refuses at once what is something else altogether.</summary>
    /// <exception cref="BackupException">It is.</exception>
    public static void RequireSqlite(string file)
    {
        using var bytes = File.OpenRead(file);
        Span<byte> first = stackalloc byte[Beginning.Length];
        if (bytes.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) < first.Length || !first.SequenceEqual(Beginning))
            throw new BackupException($"{file} is not a database of SQLite's, and so no backup");
    }

    /// <summary>Reads the file to its end.</summary>
    /// <param name="file">What is read.</param>
    /// <param name="name">What messages call it: the file that it was copied from.</param>
    /// <exception cref="BackupException">It is damaged, something else, or of a later Agon.</exception>
    public static BackupContent Read(string file, string name)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            if (One<string>(connection, "PRAGMA integrity_check(1)") is var found and not "ok")
                throw new BackupException($"{name} is damaged: {found}");
            if (One<long>(connection, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'agon_migration'") == 0)
                throw new BackupException($"{name} is not Agon's: it has no table agon_migration");
            if (Migrations(connection).Except(Migrator.Names(Dialect.Sqlite)).FirstOrDefault() is { } unknown)
                throw new BackupException($"{name} was written by a later Agon: this one does not know its migration {unknown}");
            return new BackupContent(
                new FileInfo(file).Length,
                One<long>(connection, "SELECT COUNT(*) FROM submission"),
                One<long>(connection, "SELECT COUNT(*) FROM runs"),
                One<long>(connection, "SELECT COUNT(*) FROM agon_job WHERE state IN ('queued', 'running')"));
        }
        catch (SqliteException error)
        {
            throw new BackupException($"{name} cannot be read as a SQLite file of Agon: {error.Message}", error);
        }
    }

    private static List<string> Migrations(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM agon_migration";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    private static T One<T>(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        // A large file takes its time.
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        return (T)command.ExecuteScalar()!;
    }
}
