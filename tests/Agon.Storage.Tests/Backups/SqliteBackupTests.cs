using Agon.Storage.Backups;
using Microsoft.Data.Sqlite;

namespace Agon.Storage.Tests.Backups;

public sealed class SqliteBackupTests : IAsyncLifetime, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-backup-test-").FullName;

    private string Data => Path.Combine(folder, "data");

    private string File => Path.Combine(folder, "backup.db");

    public async Task InitializeAsync()
    {
        await using var database = Database.Open(Data, null);
        await database.MigrateAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_backup_does_not_wait_for_a_writer_and_holds_none_of_what_is_not_committed()
    {
        await using var database = Database.Open(Data, null);
        await using var writing = await database.WriteAsync(CancellationToken.None);
        await writing.ExecuteAsync("INSERT INTO user_info (id, user_name) VALUES ('1', 'ada')", null, CancellationToken.None);
        SqliteBackup.Write(Data, File, _ => { }, CancellationToken.None);
        Assert.Equal(0, Count(File, "user_info"));
        Assert.Equal([File], Directory.EnumerateFiles(folder));
    }

    [Fact]
    public void A_copy_that_is_called_off_leaves_nothing()
    {
        Fill(20_000);
        using var off = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => SqliteBackup.Write(Data, File, _ => off.Cancel(), off.Token));
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public void A_long_copy_tells_how_far_it_is_and_then_that_it_checks()
    {
        Fill(20_000);
        var told = new List<BackupProgress>();
        SqliteBackup.Write(Data, File, told.Add, CancellationToken.None);
        var shares = told.Where(step => step.Stage == BackupStage.Copying).Select(step => step.Share!.Value).ToList();
        Assert.True(shares.Count > 1 && shares.SequenceEqual(shares.Order()) && shares.All(share => share is > 0 and <= 1));
        Assert.Equal(BackupStage.Checking, told[^1].Stage);
    }

    [Theory]
    [InlineData("no such data", "to back up")]
    [InlineData("target exists", "exists")]
    [InlineData("no such folder", "no folder")]
    public void What_cannot_be_backed_up_is_said(string what, string says)
    {
        if (what == "target exists")
            System.IO.File.WriteAllText(File, "");
        var error = Assert.Throws<BackupException>(() => SqliteBackup.Write(
            what == "no such data" ? Path.Combine(folder, "nothing") : Data,
            what == "no such folder" ? Path.Combine(folder, "nowhere", "backup.db") : File, _ => { }, CancellationToken.None));
        Assert.Contains(says, error.Message);
    }

    [Theory]
    [InlineData("missing", "no file")]
    [InlineData("text", "not a database")]
    [InlineData("cut", "")]
    [InlineData("foreign", "not Agon's")]
    [InlineData("later", "later Agon")]
    public void A_backup_that_is_no_good_replaces_nothing(string kind, string says)
    {
        Fill(10);
        SqliteBackup.Write(Data, File, _ => { }, CancellationToken.None);
        Spoil(kind);
        var error = Assert.Throws<BackupException>(() => Restore(replace: true));
        Assert.Contains(says, error.Message);
        Assert.Contains(File, error.Message);
        Assert.DoesNotContain("restoring", error.Message);
        Assert.Equal(10, Count(Path.Combine(Data, "agon.db"), "user_info"));
        Assert.DoesNotContain(Directory.EnumerateFiles(Data), file => file.Contains("restor", StringComparison.Ordinal) || file.Contains("replaced", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_backup_at_all_leaves_nothing_behind()
    {
        System.IO.File.WriteAllText(File, "junk");
        var target = Path.Combine(folder, "new");
        Assert.Throws<BackupException>(() => SqliteRestore.Run(File, target, replace: false, _ => { }, CancellationToken.None));
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task Data_that_a_process_uses_is_not_replaced()
    {
        SqliteBackup.Write(Data, File, _ => { }, CancellationToken.None);
        await using var database = Database.Open(Data, null);
        await using (await database.ReadAsync(CancellationToken.None))
            Assert.Contains("in use", Assert.Throws<BackupException>(() => Restore(replace: true)).Message);
    }

    [Fact]
    public void Whoever_opens_the_old_file_while_a_backup_is_put_in_its_place_writes_nothing_that_would_be_lost()
    {
        SqliteBackup.Write(Data, File, _ => { }, CancellationToken.None);
        var file = Path.Combine(Data, "agon.db");
        using var early = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=1");
        var tries = 0;
        SqliteRestore.Run(File, Data, replace: true, _ =>
        {
            if (tries++ > 0)
                return;
            early.Open();
            using var write = early.CreateCommand();
            write.CommandText = "INSERT INTO user_info (id, user_name) VALUES ('1', 'ada')";
            Assert.Throws<SqliteException>(() => write.ExecuteNonQuery());
        }, CancellationToken.None);

        Assert.True(tries > 0);
        using var late = early.CreateCommand();
        late.CommandText = "INSERT INTO user_info (id, user_name) VALUES ('1', 'ada')";
        Assert.Throws<SqliteException>(() => late.ExecuteNonQuery());
        Execute(file, "INSERT INTO user_info (id, user_name) VALUES ('2', 'bob')");
        Assert.Equal(1, Count(file, "user_info"));
    }

    [Fact]
    public async Task Nothing_is_put_under_a_server_even_one_whose_file_was_deleted()
    {
        SqliteBackup.Write(Data, File, _ => { }, CancellationToken.None);
        await using var database = Database.Open(Data, null);
        using (database.EnterAsServer())
        {
            foreach (var file in Directory.EnumerateFiles(Data, "agon.db*"))
                System.IO.File.Delete(file);
            Assert.Contains("in use", Assert.Throws<BackupException>(() => Restore(replace: false)).Message);
        }
        Restore(replace: false);
        using (database.EnterAsServer())
            Assert.Equal(0, Count(Path.Combine(Data, "agon.db"), "user_info"));
    }

    [Fact]
    public void A_damaged_file_is_replaced_and_no_journal_of_it_is_played_into_the_new_one()
    {
        Fill(10);
        SqliteBackup.Write(Data, File, _ => { }, CancellationToken.None);
        System.IO.File.WriteAllText(Path.Combine(Data, "agon.db"), "damaged");
        System.IO.File.WriteAllText(Path.Combine(Data, "agon.db-wal"), "left behind");
        Restore(replace: true);
        Assert.Equal(["agon.db", "agon.serve.lock"], Directory.EnumerateFiles(Data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(10, Count(Path.Combine(Data, "agon.db"), "user_info"));
    }

    private BackupContent Restore(bool replace) => SqliteRestore.Run(File, Data, replace, _ => { }, CancellationToken.None);

    private void Spoil(string kind)
    {
        switch (kind)
        {
            case "missing": System.IO.File.Delete(File); break;
            case "text": System.IO.File.WriteAllText(File, new string('x', 5000)); break;
            case "cut":
                using (var file = System.IO.File.OpenWrite(File))
                    file.SetLength(file.Length / 2);
                break;
            case "foreign": Execute(File, "DROP TABLE agon_migration"); break;
            case "later": Execute(File, "INSERT INTO agon_migration VALUES ('9999_later', '')"); break;
        }
    }

    private void Fill(int users) => Execute(Path.Combine(Data, "agon.db"), $"""
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {users})
        INSERT INTO user_info (id, user_name) SELECT i, hex(zeroblob(1000)) FROM n
        """);

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Count(string file, string table)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }
}
