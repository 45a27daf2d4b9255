using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Contracts;

namespace Agon.Cli.Accounts;

/// <summary><c>agon join</c>: claims an invite.</summary>
internal static class JoinCommand
{
    public static Command Create(Shell shell)
    {
        var code = new Argument<string>("CODE") { Description = "The invite that an organiser gave you" };
        var json = new Option<bool>("--json") { Description = "Print the server's JSON" };
        var url = ServerOption.Create();
        var command = new AgonCommand("join", "Claims an invite to closed leaderboards, and prints the names of those it opens.", "agon join 3q2-7wAAAAAAAAAAAAAAAA") { code, json, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.ConnectAsParticipant(shell, parsed.GetValue(url));
            var answer = await client.JoinAsync(parsed.GetValue(code)!, cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(answer);
            else
                foreach (var name in JsonSerializer.Deserialize(answer, AgonJson.Default.JoinedView)!.Leaderboards)
                    shell.Print(name);
        });
        return command;
    }
}
