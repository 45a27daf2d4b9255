using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Storage.Leaderboards;

namespace Agon.Cli.Storage;

/// <summary><c>agon db</c>: the database's own upkeep.</summary>
internal static class DatabaseCommands
{
    public static Command Create(Shell shell) => new AgonCommand("db", "The database.") { Migrate(shell), Reindex(shell), BackupCommands.Backup(shell), BackupCommands.Restore(shell) };

    private static AgonCommand Migrate(Shell shell)
    {
        var json = new Option<bool>("--json") { Description = "Print the names of the migrations applied as one JSON list" };
        var data = DataOption.Create();
        var command = new AgonCommand(
            "migrate",
            "Brings the tables up to date and prints each migration applied. A server does the same at its start.",
            "agon db migrate --data /srv/agon",
            "DATABASE_URL=postgresql://agon@localhost/agon agon db migrate",
            "agon db migrate --data /srv/agon --json") { json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = DataOption.Find(shell, parsed.GetValue(data)).Open();
            var applied = await database.MigrateAsync(cancellationToken);
            if (parsed.GetValue(json))
                shell.Print(JsonSerializer.Serialize(applied, AgonJson.Wire.IReadOnlyListString));
            else
                foreach (var migration in applied)
                    shell.Print(migration);
            shell.Say(applied.Count == 0 ? $"{database.Place} is up to date" : $"{database.Place}: {applied.Count} applied");
        });
        return command;
    }

    private static AgonCommand Reindex(Shell shell)
    {
        var data = DataOption.Create();
        var command = new AgonCommand(
            "reindex",
            "Ranks everybody anew from the recorded runs: after another program has written to the database. Servers may run meanwhile.",
            "agon db reindex --data /srv/agon",
            "DATABASE_URL=postgresql://agon@localhost/agon agon db reindex") { data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var places = await new LeaderboardStore(database).ReindexAsync(cancellationToken);
            shell.Say($"{database.Place}: {places} places ranked anew");
        });
        return command;
    }
}
