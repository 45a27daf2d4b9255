using System.CommandLine;
using System.Text.Json.Serialization;
using Agon.Storage.Backups;

namespace Agon.Cli.Storage;

/// <summary><c>agon db backup</c> and <c>agon db restore</c>: the SQLite file in safety, and back again.</summary>
internal static class BackupCommands
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    public static Command Backup(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "Where the backup goes; a file that does not exist yet" };
        var data = DataOption.Create();
        var json = JsonOption();
        var command = new AgonCommand(
            "backup",
            "Copies the SQLite file of the data folder while servers and workers go on: the data of one moment, checked.\n"
            + "PostgreSQL has commands of its own for this; docs/operations.md names them.",
            "agon db backup agon-$(date +%F).db --data /srv/agon",
            "agon db backup /backup/agon.db --data /srv/agon --json") { file, data, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(shell, parsed.GetValue(json), () =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(file));
            return new BackupView(target, SqliteBackup.Write(FolderOf(shell, parsed.GetValue(data)), target, Tell(shell), cancellationToken));
        }));
        return command;
    }

    public static Command Restore(Shell shell)
    {
        var file = new Argument<string>("FILE") { Description = "What 'agon db backup' wrote" };
        var data = DataOption.Create();
        var json = JsonOption();
        var force = new Option<bool>("--force") { Description = "Replace the data that is there" };
        var command = new AgonCommand(
            "restore",
            "Puts a backup in the place of the data folder's SQLite file, which no process may be using.\n"
            + "The backup is copied and checked first; what it replaces is kept until then.",
            "agon db restore agon-2026-11-26.db --data /srv/agon",
            "agon db restore agon-2026-11-26.db --data /srv/agon --force") { file, data, force, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(shell, parsed.GetValue(json), () =>
        {
            var folder = FolderOf(shell, parsed.GetValue(data));
            var content = SqliteRestore.Run(parsed.GetRequiredValue(file), folder, parsed.GetValue(force), Tell(shell), cancellationToken);
            return new BackupView(Path.Combine(folder, "agon.db"), content);
        }));
        return command;
    }

    private static Option<bool> JsonOption() => new("--json") { Description = "Print what the file holds as JSON" };

    private static string FolderOf(Shell shell, string? data) => DataOption.Find(shell, data) switch
    {
        { DatabaseUrl: null, Folder: var folder } => folder,
        _ => throw CommandFailure.Refused(
            "the data is in PostgreSQL: use 'pg_dump --format=custom --no-owner --file=FILE', and 'pg_restore --exit-on-error --single-transaction --no-owner --dbname=NAME FILE' into an empty database, as docs/operations.md says"),
    };

    private static async Task RunAsync(Shell shell, bool json, Func<BackupView> work)
    {
        try
        {
            // SQLite does not wait in the background: a thread of its own lets Ctrl-C be heard.
            var written = await Task.Run(work);
            shell.Print(json
                ? System.Text.Json.JsonSerializer.Serialize(written, BackupJson.Default.BackupView)
                : FormattableString.Invariant($"{written.File}: {written.Bytes} bytes, {written.Submissions} submissions, {written.Runs} runs, {written.OpenJobs} open jobs"));
        }
        catch (BackupException error)
        {
            throw new CommandFailure(ExitCode.Refused, error.Message, error);
        }
    }

    // Nothing for what is done at once; a line a second for what takes longer.
    private static Action<BackupProgress> Tell(Shell shell)
    {
        var last = shell.Clock.GetTimestamp();
        return progress =>
        {
            if (shell.Clock.GetElapsedTime(last) < Quiet)
                return;
            last = shell.Clock.GetTimestamp();
            shell.Say(progress switch
            {
                { Stage: BackupStage.Checking } => "checking the copy",
                { Share: { } share } => FormattableString.Invariant($"copied {share * 100:F0} %"),
                _ => "copying",
            });
        };
    }
}

/// <summary>What <c>--json</c> prints of a backup.</summary>
internal sealed record BackupView(string File, long Bytes, long Submissions, long Runs, long OpenJobs)
{
    public BackupView(string file, BackupContent content)
        : this(file, content.Bytes, content.Submissions, content.Runs, content.OpenJobs)
    {
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BackupView))]
internal sealed partial class BackupJson : JsonSerializerContext;
