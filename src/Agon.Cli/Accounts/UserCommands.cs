using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Storage;
using Agon.Contracts;
using Agon.Contracts.Accounts;
using Agon.Domain.Accounts;
using Agon.Storage.Accounts;

namespace Agon.Cli.Accounts;

/// <summary><c>agon user</c>: participants, straight on the data.</summary>
internal static class UserCommands
{
    public static Command Create(Shell shell) => new AgonCommand("user", "Participants.") { Add(shell) };

    private static AgonCommand Add(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "The name that boards show" };
        var json = new Option<bool>("--json") { Description = "Print id, name and CLI id as one JSON object" };
        var data = DataOption.Create();
        var command = new AgonCommand(
            "add",
            "Adds a participant and prints the new CLI id, alone on the last line of stdout.\n"
            + "The id is the participant's password: it is shown this once, and only its hash is kept.",
            "agon user add ada --data /srv/agon",
            "export AGON_CLI_ID=$(agon user add ada | tail -n 1)",
            "agon user add ada --json | jq -r .cli_id") { name, json, data };
        name.Validators.Add(given =>
        {
            if (UserName.Refuse(given.GetValueOrDefault<string>()) is { } reason)
                given.AddError(reason);
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var (user, cliId) = await new UserStore(database).AddAsync(parsed.GetValue(name)!, shell.Clock.GetUtcNow(), cancellationToken);
            shell.Say($"user {user.Id} '{user.Name}' added to {database.Place}; the line below is their CLI id, for AGON_CLI_ID or ~/.popcorn.yaml");
            shell.Print(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new NewUserView { UserId = user.Id, UserName = user.Name, CliId = cliId }, AgonJson.Wire.NewUserView)
                : cliId);
        });
        return command;
    }
}
