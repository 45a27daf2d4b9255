using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agon.Cli.Http;
using Agon.Cli.Leaderboards;
using Agon.Contracts;
using Agon.Contracts.Submissions;
using Agon.Domain.Scoring;

namespace Agon.Cli.Submissions;

/// <summary><c>agon submissions</c>: one's own entries on the server.</summary>
internal static class SubmissionCommands
{
    private const int PreviewLines = 20;

    public static Command Create(Shell shell) =>
        new AgonCommand("submissions", "Your own submissions: list, show, delete.") { List(shell), Show(shell), Delete(shell) };

    private static AgonCommand List(Shell shell)
    {
        var leaderboard = new Option<string?>("--leaderboard", "-l") { Description = "Only this leaderboard's. Default: all", HelpName = "NAME" };
        var limit = new Option<int>("--limit") { Description = "How many at most, 1 to 100", DefaultValueFactory = _ => 50, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print the server's JSON" };
        var url = ServerOption.Create();
        var command = new AgonCommand(
            "list", "Lists your submissions, newest first.",
            "agon submissions list --leaderboard primes", "agon submissions list --limit 1 --json | jq '.[0].id'") { leaderboard, limit, json, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.ConnectAsParticipant(shell, parsed.GetValue(url));
            var answer = await client.SubmissionsAsync(parsed.GetValue(leaderboard), parsed.GetValue(limit), cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(answer);
            else
                PrintList(shell, JsonSerializer.Deserialize(answer, AgonJson.Default.IReadOnlyListListedSubmissionView)!);
        });
        return command;
    }

    private static AgonCommand Show(Shell shell)
    {
        var id = IdArgument();
        var noCode = new Option<bool>("--no-code") { Description = "Leave the code out" };
        var json = new Option<bool>("--json") { Description = "Print the server's JSON" };
        var url = ServerOption.Create();
        var command = new AgonCommand(
            "show", "Shows a submission, its runs and its code.", "agon submissions show 7", "agon submissions show 7 --no-code --json | jq .job.status") { id, noCode, json, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.ConnectAsParticipant(shell, parsed.GetValue(url));
            var answer = await client.SubmissionAsync(parsed.GetValue(id), cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(parsed.GetValue(noCode) ? WithoutCode(answer) : answer);
            else
                PrintOne(shell, JsonSerializer.Deserialize(answer, AgonJson.Default.SubmissionView)!, withCode: !parsed.GetValue(noCode));
        });
        return command;
    }

    private static AgonCommand Delete(Shell shell)
    {
        var id = IdArgument();
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask" };
        var json = new Option<bool>("--json") { Description = "Print the server's JSON" };
        var url = ServerOption.Create();
        var command = new AgonCommand(
            "delete", "Deletes a submission, a ranked one too, after showing it and asking.", "agon submissions delete 7", "agon submissions delete 7 --force") { id, force, json, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.ConnectAsParticipant(shell, parsed.GetValue(url));
            var number = parsed.GetValue(id);
            if (!parsed.GetValue(force) && !await IsWantedAsync(shell, client, number, cancellationToken))
                throw CommandFailure.Refused($"submission {number} was not deleted; --force does it without asking");
            var answer = await client.DeleteSubmissionAsync(number, cancellationToken);
            shell.Output.WriteLine(parsed.GetValue(json) ? answer : $"submission {number} is deleted");
        });
        return command;
    }

    private static Argument<long> IdArgument() => new("ID") { Description = "The submission's number" };

    private static async Task<bool> IsWantedAsync(Shell shell, AgonClient client, long id, CancellationToken cancellationToken)
    {
        var submission = JsonSerializer.Deserialize(await client.SubmissionAsync(id, cancellationToken), AgonJson.Default.SubmissionView)!;
        shell.Say($"submission {id}: {submission.FileName} to {submission.LeaderboardName}, {At(submission.SubmissionTime)} UTC");
        var lines = submission.Code.ReplaceLineEndings("\n").Split('\n');
        foreach (var line in lines.Take(PreviewLines))
            shell.Say($"  {line}");
        if (lines.Length > PreviewLines)
            shell.Say($"  ... and {lines.Length - PreviewLines} more lines");
        shell.Say("delete it? [y/N]");
        // A console's own asynchronous read blocks its caller, so that Ctrl-C would wait for an answer.
        var answer = await Task.Run(shell.Input.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return answer?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    private static void PrintList(Shell shell, IReadOnlyList<ListedSubmissionView> submissions)
    {
        if (submissions.Count == 0)
            shell.Say("no submissions; 'agon submit FILE' hands one in");
        else
            foreach (var line in TextTable.Of(
                ["id", "leaderboard", "entry", "handed in (UTC)", "state", "ranked on"],
                submissions.Select(one => new[]
                {
                    $"{one.Id}", one.LeaderboardName, one.FileName, At(one.SubmissionTime), one.Status ?? (one.Done ? "done" : "open"),
                    string.Join(", ", one.Runs.Where(run => run.Score is not null).Select(run => $"{run.GpuType} {Score(run.Score!)}")),
                })))
                shell.Print(line);
    }

    private static void PrintOne(Shell shell, SubmissionView submission, bool withCode)
    {
        shell.Print($"submission {submission.Id}: {submission.FileName} to {submission.LeaderboardName}, {At(submission.SubmissionTime)} UTC");
        shell.Print($"status: {submission.Job.Status ?? (submission.Done ? "done" : "pending")}");
        if (submission.Job.Error is { } error)
            shell.Print($"why:    {error}");
        foreach (var run in submission.Runs)
            shell.Print($"run:    {run.Mode}{(run.Secret ? " (secret)" : "")} on {run.Runner} {(run.Passed ? "passed" : "failed")}{(run.Score is null ? "" : $", {Score(run.Score)}")}");
        RunFailures.Print(shell, submission);
        if (!withCode)
            return;
        shell.Print("");
        shell.Print(submission.Code);
    }

    private static string WithoutCode(string answer)
    {
        var document = JsonNode.Parse(answer)!.AsObject();
        document.Remove("code");
        return document.ToJsonString(AgonJson.Wire.Options);
    }

    private static string At(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}";

    private static string Score(string seconds) => TimeText.OfSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
}
