using Microsoft.Data.Sqlite;

namespace Agon.Storage.Backups;

/// <summary>Puts a backup in the place of the SQLite file that no process uses.</summary>
public static class SqliteRestore
{
    private const int BufferBytes = 4 << 20;
    private const int SqliteBusy = 5;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    /// <summary>Copies, checks, and only then replaces; what was there is kept until then.</summary>
    /// <param name="backup">What <see cref="SqliteBackup"/> wrote.</param>
    /// <param name="dataFolder">Where <c>agon.db</c> is to be; made if it is missing.</param>
    /// <param name="replace">Whether a file that is there may be lost.</param>
    /// <param name="onProgress">Called now and then.</param>
    /// <param name="cancellationToken">Ends it before anything is replaced.</param>
    /// <exception cref="BackupException">The backup is no good, a process uses the data, or there is data that may not be lost.</exception>
    public static BackupContent Run(string backup, string dataFolder, bool replace, Action<BackupProgress> onProgress, CancellationToken cancellationToken)
    {
        var file = Database.FileIn(dataFolder);
        if (!File.Exists(backup))
            throw new BackupException($"there is no file {backup}");
        SqliteCheck.RequireSqlite(backup);
        if (File.Exists(file) && !replace)
            throw new BackupException($"{file} exists; --force replaces it");
        Database.CreateFolder(dataFolder);
        using var place = TakeServersPlace(dataFolder, file);
        using var alone = BeAlone(file);

        var unfinished = $"{file}.restoring";
        try
        {
            SqliteBackup.CreateForOwner(unfinished);
            Copy(backup, unfinished, onProgress, cancellationToken);
            onProgress(new BackupProgress(BackupStage.Checking, null));
            // Not the backup but what was read of it: that is what servers will open.
            var content = SqliteCheck.Read(unfinished, name: backup);
            DurableFile.Flush(unfinished);
            cancellationToken.ThrowIfCancellationRequested();
            Replace(unfinished, file);
            return content;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static IDisposable TakeServersPlace(string dataFolder, string file)
    {
        try
        {
            return Database.EnterAsServer(dataFolder);
        }
        catch (SecondServerException error)
        {
            throw new BackupException(InUse(file), error);
        }
    }

    /// <summary>
    /// Folds the file's journal into it, which SQLite does only for somebody who is alone with it, and keeps everybody out until the answer is
    /// disposed: what somebody wrote while the copy is made would be lost. Null where there is nothing to be alone with.
    /// </summary>
    private static SqliteConnection? BeAlone(string file)
    {
        if (!File.Exists(file))
            return null;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = DELETE";
            if (command.ExecuteScalar() as string != "delete")
                throw new SqliteException("its journal is in use", SqliteBusy);
            command.CommandText = "BEGIN EXCLUSIVE";
            command.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException error) when (error.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            connection.Dispose();   // damaged: the best reason to restore
            return null;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw new BackupException(InUse(file), error);
        }
    }

    private static string InUse(string file) => $"{file} is in use; stop the server, the workers and the commands that work on it first";

    private static void Copy(string from, string to, Action<BackupProgress> onProgress, CancellationToken cancellationToken)
    {
        using var source = File.OpenRead(from);
        using var target = File.OpenWrite(to);
        var buffer = new byte[BufferBytes];
        var copied = 0L;
        while (source.Read(buffer) is > 0 and var read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            target.Write(buffer.AsSpan(0, read));
            copied += read;
            onProgress(new BackupProgress(BackupStage.Copying, source.Length == 0 ? 1 : (double)copied / source.Length));
        }
    }

    // A journal belongs to whatever file has its name: one that is left behind would be played into the new file.
    private static void Replace(string unfinished, string file)
    {
        var kept = $"{file}.replaced";
        foreach (var companion in Companions.Where(companion => File.Exists(file + companion)))
            File.Move(file + companion, kept + companion, overwrite: true);
        if (File.Exists(file))
            DurableFile.Replace(unfinished, file, kept);
        else
            DurableFile.Publish(unfinished, file);
        // Whoever has opened it meanwhile, and waits, finds nothing in it, instead of writing what nobody would ever read.
        if (File.Exists(kept))
            File.WriteAllBytes(kept, []);
        foreach (var companion in Companions.Append(""))
            File.Delete(kept + companion);
    }
}
