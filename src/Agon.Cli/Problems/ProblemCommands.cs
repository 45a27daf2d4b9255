using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Storage;
using Agon.Contracts;
using Agon.Contracts.Problems;
using Agon.Server.Problems;
using Agon.Storage.Leaderboards;

namespace Agon.Cli.Problems;

/// <summary><c>agon problems</c>: problems on disk and the leaderboards made of them, straight on the data.</summary>
internal static class ProblemCommands
{
    public static Command Create(Shell shell) => new AgonCommand("problems", "Problems and the leaderboards made of them.") { Sync(shell) };

    private static AgonCommand Sync(Shell shell)
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Competition files (*.yaml), or one task's folder" }.AcceptExistingOnly();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would happen and change nothing" };
        var force = new Option<bool>("--force") { Description = "Take over changed harnesses, references and benchmarks too, although old times then mean something else" };
        var json = new Option<bool>("--json") { Description = "Print {created, updated, skipped, errors} as JSON" };
        var data = DataOption.Create();
        var command = new AgonCommand(
            "sync",
            "Creates a leaderboard for each new problem and brings existing ones up to date. Syncing twice changes nothing.",
            "agon problems sync examples/problems --data /srv/agon",
            "agon problems sync examples/problems --dry-run") { folder, dryRun, force, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var sync = new ProblemSync(new LeaderboardStore(database), shell.Clock);
            var plan = await PlanAsync(sync, parsed.GetValue(folder)!.FullName, parsed.GetValue(force), cancellationToken);
            var result = parsed.GetValue(dryRun) ? ProblemSync.View(plan, []) : await sync.ApplyAsync(plan, cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(result, AgonJson.Wire.SyncView));
            else
                Print(shell, result);
            if (parsed.GetValue(dryRun))
                shell.Say($"nothing was changed in {database.Place}");
            if (result.Errors.Count > 0)
                return ExitCode.Platform;
            // A script must be able to tell a typo from nothing to do.
            return plan.OfType<SyncStep.Skip>().Any(step => step.Unreadable) ? ExitCode.Refused : ExitCode.Success;
        });
        return command;
    }

    /// <summary>Reads the folder; what is wrong with it as a whole is the caller's mistake.</summary>
    public static async Task<IReadOnlyList<SyncStep>> PlanAsync(ProblemSync sync, string folder, bool force, CancellationToken cancellationToken)
    {
        try
        {
            return await sync.PlanAsync(folder, force, cancellationToken);
        }
        catch (ProblemFileException error)
        {
            throw CommandFailure.Refused(error.Message);
        }
    }

    private static void Print(Shell shell, SyncView result)
    {
        foreach (var name in result.Created)
            shell.Print($"created  {name}");
        foreach (var name in result.Updated)
            shell.Print($"updated  {name}");
        foreach (var skipped in result.Skipped)
            shell.Print($"skipped  {skipped.Name}: {skipped.Reason}");
        foreach (var error in result.Errors)
            shell.Print($"failed   {error.Name}: {error.Error}");
    }
}
