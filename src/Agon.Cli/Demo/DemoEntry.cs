using System.Text.Json;
using Agon.Cli.Http;
using Agon.Cli.Submissions;
using Agon.Contracts;
using Agon.Contracts.Submissions;

namespace Agon.Cli.Demo;

/// <summary>A participant of the demo and the one entry they hand in, over the public interface alone.</summary>
internal sealed record DemoEntry(string Participant, string CliId, FileInfo File)
{
    /// <summary>By their names: an entry called wrong_* must not rank, every other one must.</summary>
    public bool MustRank => !File.Name.StartsWith("wrong_", StringComparison.Ordinal);

    /// <summary>Hands the entry in and shows its progress, each line behind the participant's name.</summary>
    /// <returns>The submission as it ended.</returns>
    public async Task<SubmissionView> CompeteAsync(Shell shell, Uri server, CancellationToken cancellationToken)
    {
        using var client = new AgonClient(server, CliId, shell.Clock);
        var request = await SubmissionRequest.ComposeAsync(client, File, leaderboard: null, gpu: null, "leaderboard", cancellationToken);
        var answer = await client.SubmitAsync(request.Leaderboard, request.Gpu, request.Mode, request.FileName, request.Content, cancellationToken);
        var accepted = JsonSerializer.Deserialize(answer, AgonJson.Default.SubmissionAcceptedView)!;
        Show($"{accepted.Status} as submission {accepted.Details.Id}");

        var watch = new SubmissionWatch(client, shell.Clock, happened => Show(ProgressLines.Of(happened)), Show);
        return JsonSerializer.Deserialize(await watch.UntilDoneAsync(accepted.Details.Id, cancellationToken), AgonJson.Default.SubmissionView)!;

        void Show(string? line)
        {
            if (line is not null)
                shell.Print($"{Participant,-8} | {line}");
        }
    }
}
