using System.CommandLine;
using System.Data.Common;
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
        var root = TaskFolderArgument.Root(otherwise: "DIR, and for one task two folders up");
        var data = DataOption.Create();
        var command = new AgonCommand(
            "sync",
            "Creates a leaderboard for each new problem and brings existing ones up to date. Syncing twice changes nothing.",
            "agon problems sync examples/problems --data /srv/agon",
            "agon problems sync examples/problems --dry-run") { folder, root, dryRun, force, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var place = DataOption.Find(shell, parsed.GetValue(data));
            var wanted = new Wanted(parsed.GetRequiredValue(folder).FullName, parsed.GetValue(root), parsed.GetValue(force));
            var (plan, result) = parsed.GetValue(dryRun)
                ? await TryAsync(shell, place, wanted, cancellationToken)
                : await SyncAsync(shell, place, wanted, cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(result, AgonJson.Wire.SyncView));
            else
                Print(shell, result);
            if (result.Errors.Count > 0)
                return ExitCode.Platform;
            // A script must be able to tell a typo from nothing to do.
            return plan.OfType<SyncStep.Skip>().Any(step => step.Unreadable) ? ExitCode.Refused : ExitCode.Success;
        });
        return command;
    }

    /// <summary>Reads the folder; what is wrong with it as a whole is the caller's mistake.</summary>
    public static async Task<IReadOnlyList<SyncStep>> PlanAsync(ProblemSync sync, string folder, string? root, bool force, CancellationToken cancellationToken)
    {
        try
        {
            return await sync.PlanAsync(folder, root, force, cancellationToken);
        }
        catch (ProblemFileException error)
        {
            throw CommandFailure.Refused(error.Message);
        }
    }

    private static async Task<(IReadOnlyList<SyncStep> Plan, SyncView Result)> SyncAsync(
        Shell shell, DataPlace place, Wanted wanted, CancellationToken cancellationToken)
    {
        await using var database = await place.OpenAsync(cancellationToken);
        var sync = new ProblemSync(new LeaderboardStore(database), shell.Clock);
        var plan = await PlanAsync(sync, wanted.Folder, wanted.Root, wanted.Force, cancellationToken);
        return (plan, await sync.ApplyAsync(plan, cancellationToken));
    }

    // Changes nothing at all: no file is made, no table brought up to date.
    private static async Task<(IReadOnlyList<SyncStep> Plan, SyncView Result)> TryAsync(
        Shell shell, DataPlace place, Wanted wanted, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = place.Exists ? place.Open() : null;
            IReadOnlyList<SyncStep> plan;
            if (database is null || await database.IsEmptyAsync(cancellationToken))
            {
                plan = ProblemSync.PlanAnew(wanted.Folder, wanted.Root, shell.Clock.GetUtcNow());
                shell.Say($"nothing was made in {database?.Place ?? place.Folder}, which holds no data yet");
            }
            else
            {
                plan = await PlanAsync(new ProblemSync(new LeaderboardStore(database), shell.Clock), wanted.Folder, wanted.Root, wanted.Force, cancellationToken);
                shell.Say($"nothing was changed in {database.Place}");
            }
            return (plan, ProblemSync.View(plan, []));
        }
        catch (ProblemFileException error)
        {
            throw CommandFailure.Refused(error.Message);
        }
        catch (DbException error)
        {
            throw CommandFailure.Platform($"the database cannot be read as it is: {error.Message}; 'agon db migrate' brings it up to date", error);
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

    /// <summary>What is to be synced.</summary>
    private sealed record Wanted(string Folder, string? Root, bool Force);
}
