using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Agon.Storage.Backups;

/// <summary>Copies the SQLite file to another one while servers and workers go on.</summary>
/// <remarks>
/// All pages are read in one read transaction, so the copy is the data of one moment; in WAL mode a reader holds up no
/// writer. The copy is one file without a journal beside it.
/// </remarks>
public static class SqliteBackup
{
    // 8 MB with pages of 4 KB: often enough to tell how far it is, and to be called off.
    private const int PagesAStep = 2048;

    /// <summary>Writes the backup: under another name first, checked and brought to the disk, then named.</summary>
    /// <param name="dataFolder">Folder of <c>agon.db</c>.</param>
    /// <param name="target">A file that is not there yet.</param>
    /// <param name="onProgress">Called now and then.</param>
    /// <param name="cancellationToken">Ends it; nothing is left of the target.</param>
    /// <exception cref="BackupException">There is no data, the target exists, or the copy is damaged.</exception>
    public static BackupContent Write(string dataFolder, string target, Action<BackupProgress> onProgress, CancellationToken cancellationToken)
    {
        var source = Database.FileIn(dataFolder);
        target = Path.GetFullPath(target);
        if (!File.Exists(source))
            throw new BackupException($"there is no {source} to back up");
        if (Path.Exists(target))
            throw new BackupException($"{target} exists; name a file that does not");
        if (!Directory.Exists(Path.GetDirectoryName(target)))
            throw new BackupException($"there is no folder {Path.GetDirectoryName(target)}");

        var unfinished = $"{target}.unfinished";
        try
        {
            CreateForOwner(unfinished);
            Copy(source, unfinished, onProgress, cancellationToken);
            onProgress(new BackupProgress(BackupStage.Checking, null));
            var content = SqliteCheck.Read(unfinished, name: $"the copy of {source}");
            DurableFile.Flush(unfinished);
            DurableFile.Publish(unfinished, target);
            return content;
        }
        catch (SqliteException error)
        {
            throw new BackupException($"{source} could not be copied to {target}: {error.Message}", error);
        }
        finally
        {
            File.Delete(unfinished);
            File.Delete($"{unfinished}-journal");
        }
    }

    private static void Copy(string source, string target, Action<BackupProgress> onProgress, CancellationToken cancellationToken)
    {
        using var from = Open(source);
        using var to = Open(target);
        // The snapshot: without it a write by another process would start the copy over, for ever on a busy server.
        using var snapshot = from.BeginTransaction(deferred: true);
        Execute(from, "SELECT COUNT(*) FROM sqlite_schema", snapshot);

        using (var copying = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main"))
        {
            if (copying.IsInvalid)
                throw new SqliteException(raw.sqlite3_errmsg(to.Handle).utf8_to_string(), raw.sqlite3_errcode(to.Handle));
            int step;
            while ((step = raw.sqlite3_backup_step(copying, PagesAStep)) == raw.SQLITE_OK)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pages = raw.sqlite3_backup_pagecount(copying);
                onProgress(new BackupProgress(BackupStage.Copying, pages == 0 ? 1 : 1 - ((double)raw.sqlite3_backup_remaining(copying) / pages)));
            }
            if (step != raw.SQLITE_DONE)
                throw new SqliteException(raw.sqlite3_errstr(step).utf8_to_string(), step);
        }
        Execute(to, "PRAGMA journal_mode = DELETE", null);
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteScalar();
    }

    /// <summary>An empty file that only its owner reads: secret seeds will be in it.</summary>
    internal static void CreateForOwner(string file)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(file, options).Dispose();
    }
}
