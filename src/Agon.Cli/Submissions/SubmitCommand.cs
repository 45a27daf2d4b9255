using System.CommandLine;
using System.Net;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Contracts;

namespace Agon.Cli.Submissions;

/// <summary><c>agon submit</c>: hands a file in, shows what becomes of it, and says whether it passed.</summary>
internal static class SubmitCommand
{
    private static readonly string[] Modes = ["test", "benchmark", "profile", "leaderboard"];

    public static Command Create(Shell shell)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The entry: one source file" }.AcceptExistingOnly();
        var leaderboard = new Option<string?>("--leaderboard", "-l") { Description = "Default: the file's '#!POPCORN leaderboard NAME'", HelpName = "NAME" };
        var gpu = new Option<string?>("--gpu", "-g") { Description = "Device. Default: the file's '#!POPCORN gpu NAME', else the leaderboard's only one", HelpName = "NAME" };
        var mode = new Option<string>("--mode", "-m") { Description = "test, benchmark, profile or leaderboard (which ranks)", DefaultValueFactory = _ => "test", HelpName = "MODE" };
        mode.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is { } word && !Modes.Contains(word, StringComparer.OrdinalIgnoreCase))
                given.AddError($"no mode '{word}', there are {string.Join(", ", Modes)}");
        });
        var json = new Option<bool>("--json") { Description = "Print the server's final JSON on stdout and nothing else" };
        var noWait = new Option<bool>("--no-wait") { Description = "Print the submission's id (with --json the server's answer) and return" };
        var url = ServerOption.Create();

        var command = new AgonCommand(
            "submit",
            "Hands an entry in and follows it to its verdict. Progress goes to stderr, the verdict to stdout.\n"
            + "Exit codes: 0 passed, 1 refused or failed, 2 usage, 3 server out of reach or at fault.",
            "agon submit fast.py --leaderboard primes --gpu CPU --mode leaderboard",
            "agon submit fast.py --mode test --json | jq .job.status",
            "agon submit fast.py --mode leaderboard --no-wait") { file, leaderboard, gpu, mode, json, noWait, url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = ServerOption.ConnectAsParticipant(shell, parsed.GetValue(url));
            var request = await SubmissionRequest.ComposeAsync(
                client, parsed.GetValue(file)!, parsed.GetValue(leaderboard), parsed.GetValue(gpu), parsed.GetValue(mode)!.ToLowerInvariant(), cancellationToken);
            return await SubmitAsync(shell, client, request, parsed.GetValue(json), wait: !parsed.GetValue(noWait), cancellationToken);
        });
        return command;
    }

    /// <summary>A participant's command without a participant.</summary>
    public static CommandFailure NoCliId() => CommandFailure.Usage("who are you? Set AGON_CLI_ID, or write 'cli_id: YOUR-ID' into ~/.config/agon/config.yaml or ~/.popcorn.yaml; an organiser makes ids with 'agon user add NAME'");

    private static async Task<int> SubmitAsync(
        Shell shell, AgonClient client, SubmissionRequest request, bool asJson, bool wait, CancellationToken cancellationToken)
    {
        var answer = await HandInAsync(client, request, cancellationToken);
        var accepted = JsonSerializer.Deserialize(answer, AgonJson.Default.SubmissionAcceptedView)!;
        var id = accepted.Details.Id;
        shell.Say($"submission {id}: {request.FileName} handed in to {request.Leaderboard} on {request.Gpu}, mode {request.Mode}");
        // A place at the head of the queue would promise a start that nobody is there to make.
        if (accepted.RunnerQueue is { Error: { } nobody })
            shell.Say($"{request.Gpu}: {nobody}; the entry waits until one is");
        if (!wait)
        {
            shell.Print(asJson ? answer : $"{id}");
            return ExitCode.Success;
        }

        var watch = new SubmissionWatch(
            client,
            shell.Clock,
            happened =>
            {
                if (ProgressLines.Of(happened) is { } line)
                    shell.Say(line);
            },
            shell.Say);
        var document = await FollowAsync(watch, id, cancellationToken);
        var submission = JsonSerializer.Deserialize(document, AgonJson.Default.SubmissionView)!;
        if (asJson)
            shell.Output.WriteLine(document);
        else
            await new VerdictView(request).PrintAsync(shell, client, submission, cancellationToken);
        return Verdict.ExitCodeOf(submission);
    }

    // Not tried again by itself: an entry that was taken in without an answer would run, and count against a limit, twice.
    private static async Task<string> HandInAsync(AgonClient client, SubmissionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SubmitAsync(request.Leaderboard, request.Gpu, request.Mode, request.FileName, request.Content, cancellationToken);
        }
        catch (CommandFailure error) when (error is ServerAwayException { MayBeDone: true } or ServerAnswerException { Status: >= HttpStatusCode.InternalServerError })
        {
            throw CommandFailure.Platform($"{error.Message}; {request.FileName} may have been taken in all the same: look with 'agon submissions list' before you hand it in again", error);
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCode.Interrupted, $"interrupted; {request.FileName} may have been taken in all the same: look with 'agon submissions list'", error);
        }
    }

    private static async Task<string> FollowAsync(SubmissionWatch watch, long id, CancellationToken cancellationToken)
    {
        try
        {
            return await watch.UntilDoneAsync(id, cancellationToken);
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCode.Interrupted,
                $"interrupted; submission {id} goes on: 'agon submissions show {id}' shows it, 'agon submissions delete {id}' calls it off", error);
        }
    }
}
