using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Storage;
using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Storage.Submissions;

namespace Agon.Cli.Submissions;

/// <summary><c>agon intake</c>: whether submissions are taken in, straight on the data.</summary>
internal static class IntakeCommands
{
    public static Command Create(Shell shell) => new AgonCommand("intake", "Whether submissions are taken in.")
    {
        Set(shell, "start", isOpen: true, "Lets submissions in again, on every server over the data."),
        Set(shell, "stop", isOpen: false, "Lets no more submissions in, on any server over the data, until 'agon intake start'. What was accepted is run."),
        Status(shell),
    };

    private static AgonCommand Set(Shell shell, string name, bool isOpen, string description)
    {
        var json = JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand(name, description, $"agon intake {name} --data /srv/agon") { json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            await new IntakeStore(database).SetAsync(isOpen, shell.Clock.GetUtcNow(), cancellationToken);
            Tell(shell, isOpen, parsed.GetValue(json));
        });
        return command;
    }

    private static AgonCommand Status(Shell shell)
    {
        var json = JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand("status", "Prints open or stopped.", "agon intake status --data /srv/agon") { json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenToReadAsync(cancellationToken);
            Tell(shell, await new IntakeStore(database).IsOpenAsync(cancellationToken), parsed.GetValue(json));
        });
        return command;
    }

    private static void Tell(Shell shell, bool isOpen, bool json) => shell.Output.WriteLine(json
        ? JsonSerializer.Serialize(new IntakeView { AcceptsJobs = isOpen }, AgonJson.Wire.IntakeView)
        : isOpen ? "open" : "stopped");

    private static Option<bool> JsonOption() => new("--json") { Description = "Print JSON, as the admin API answers it" };
}
