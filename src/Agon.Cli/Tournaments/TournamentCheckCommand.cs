using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Repositories;
using Agon.Domain.Repositories;

namespace Agon.Cli.Tournaments;

/// <summary><c>agon tournament check</c>: what the organiser's check will say of a participant's repository, at home.</summary>
internal static class TournamentCheckCommand
{
    public static AgonCommand Create(Shell shell)
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "The top of the repository, with its ops/Dockerfile" }.AcceptExistingOnly();
        var json = new Option<bool>("--json") { Description = "Print {ok, findings: [{file, line, rule, severity, explanation}]} as JSON" };
        var command = new AgonCommand(
            "check",
            "Looks through a participant's repository for what it should not hold. The check advises; the sandbox is the boundary. Exits 1 if there is an error.",
            "agon tournament check .",
            "agon tournament check my-analyzer --json") { folder, json };
        command.SetAction(parsed =>
        {
            var view = RepositoryCheckView.Of(RepositoryCheck.Run(RepositoryFolder.Read(parsed.GetValue(folder)!.FullName), RepositoryRules.All));
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(view, AgonJson.Wire.RepositoryCheckView));
            else
                foreach (var line in Text(view)) shell.Print(line);
            return view.Ok ? ExitCode.Success : ExitCode.Refused;
        });
        return command;
    }

    private static IEnumerable<string> Text(RepositoryCheckView view)
    {
        foreach (var finding in view.Findings)
            yield return $"{finding.File}{(finding.Line is { } line ? $":{line}" : "")}: {finding.Severity}: {finding.Rule}: {finding.Explanation}";
        var errors = view.Findings.Count(finding => finding.Severity == "error");
        yield return $"{errors} {(errors == 1 ? "error" : "errors")}, {view.Findings.Count - errors} other {(view.Findings.Count - errors == 1 ? "finding" : "findings")}";
    }
}
