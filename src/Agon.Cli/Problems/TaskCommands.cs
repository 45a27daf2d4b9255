using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Judging;
using Agon.Contracts;
using Agon.Contracts.Problems;

namespace Agon.Cli.Problems;

/// <summary><c>agon task</c>: a problem's folder, before it becomes a leaderboard.</summary>
internal static class TaskCommands
{
    public static Command Create(Shell shell) => new AgonCommand("task", "A problem's folder: what is in it, and whether it works.") { Show(shell), Check(shell) };

    private static AgonCommand Show(Shell shell)
    {
        var folder = TaskFolderArgument.Create();
        var root = TaskFolderArgument.Root();
        var json = new Option<bool>("--json") { Description = "Print the definition as one line of JSON, with the text of every file" };
        var command = new AgonCommand(
            "show",
            "Prints a task as it was understood: files, cases in the harness's own form, limits, ranking, devices.",
            "agon task show examples/problems/subsequence",
            "agon task show examples/problems/roads --json") { folder, root, json };
        command.SetAction(parsed =>
        {
            var task = TaskFolderArgument.Read(parsed.GetRequiredValue(folder), parsed.GetValue(root));
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(TaskView.Of(task), AgonJson.Wire.TaskView));
            else
                shell.Print(TaskSummary.Of(task));
        });
        return command;
    }

    private static AgonCommand Check(Shell shell)
    {
        var folder = TaskFolderArgument.Create();
        var root = TaskFolderArgument.Root();
        var json = new Option<bool>("--json") { Description = "Print {ok, findings, entries, cannot_run} as one line of JSON" };
        var device = new JudgeOptions();
        var command = new AgonCommand(
            "check",
            "Looks for what is wrong or missing in a task and runs its shipped entries as a server would, with a secret seed, too:\n"
            + "entries/correct.* and fast.* have to pass, fast.* with a score better by 20 %, and wrong_*.* have to fail somewhere.\n"
            + "Exit codes: 0 nothing is wrong (warnings may be), 1 something is, 3 this machine cannot run the entries.",
            "agon task check examples/problems/subsequence",
            "agon task check my-task --json --i-trust-all-submitters") { folder, root, json };
        device.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var check = new TaskCheck(shell, parsed.GetRequiredValue(folder).FullName, parsed.GetValue(root));
            var found = await check.RunAsync(task => device.Job(parsed, task), cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(found, AgonJson.Wire.TaskCheckView));
            else
                TaskCheckText.Print(shell, found);
            return found switch
            {
                { Ok: false } => ExitCode.Refused,
                { CannotRun: not null } => ExitCode.Platform,
                _ => ExitCode.Success,
            };
        });
        return command;
    }
}
