using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Domain.Baselines;

namespace Agon.Cli.Baselines;

/// <summary><c>agon baseline</c>: what has to be beaten.</summary>
internal static class BaselineCommands
{
    public static Command Create(Shell shell) => new AgonCommand("baseline", "Baselines: what a tournament's miners have to beat.") { Next(shell), BaselineDataCommands.Seed(shell), BaselineDataCommands.List(shell), BaselineDataCommands.Promote(shell) };

    private static AgonCommand Next(Shell shell)
    {
        var version = new Argument<string>("VERSION") { Description = "[v]MAJOR.MINOR[.PATCH]" };
        var json = new Option<bool>("--json") { Description = "Print the version as a JSON text" };
        var command = new AgonCommand("next", "Prints the version that follows.", "agon baseline next v1.9.0") { version, json };
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(version)!;
            if (BaselineVersion.Parse(text) is not { } current)
                throw CommandFailure.Refused($"'{text}' is not a version, [v]MAJOR.MINOR[.PATCH]");
            var next = $"{current.Next}";
            shell.Print(parsed.GetValue(json) ? JsonSerializer.Serialize(next, AgonJson.Wire.String) : next);
        });
        return command;
    }
}
