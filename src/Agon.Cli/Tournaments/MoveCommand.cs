using System.CommandLine;

namespace Agon.Cli.Tournaments;

/// <summary><c>agon tournament move</c>: another machine makes a tournament's runs from now on.</summary>
internal static class MoveCommand
{
    public static Command Create(Shell shell)
    {
        var flags = new TournamentFlags();
        var machine = new Option<string?>("--machine") { Description = "Its name, as Jobs:Machine of its settings has it. Default: this one", HelpName = "NAME" };
        var command = new AgonCommand(
            "move",
            "Lets another machine make a tournament's runs from now on. A tournament stays on the machine that made its first run, since times of two machines do not compare: move one only if that machine is lost.",
            "agon tournament move --tournament-id 0197... --machine runner-2") { flags.TournamentId, machine, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = flags.RequiredIdOf(parsed);
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var name = parsed.GetValue(machine) ?? desk.Machine;
            if (!await desk.Runs.MoveAsync(id, name, cancellationToken))
                throw TournamentFlags.NoSuchTournament(id);
            shell.Say($"its runs are made by {name} from now on");
        });
        return command;
    }
}
