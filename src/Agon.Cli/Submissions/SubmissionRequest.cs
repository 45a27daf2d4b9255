using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Contracts;
using Agon.Domain.Submissions;

namespace Agon.Cli.Submissions;

/// <summary>A file and where it is to be handed in, with all that flags, the file and the server know put together.</summary>
internal sealed record SubmissionRequest(string FileName, byte[] Content, string Leaderboard, string Gpu, string Mode)
{
    /// <summary>A flag wins over the file's directive; a leaderboard with one device needs neither.</summary>
    /// <exception cref="CommandFailure">Leaderboard or device stay unknown, or the file is not text.</exception>
    public static async Task<SubmissionRequest> ComposeAsync(
        AgonClient client, FileInfo file, string? leaderboard, string? gpu, string mode, CancellationToken cancellationToken)
    {
        if (Directory.Exists(file.FullName))
            throw CommandFailure.Usage($"{file.Name} is a folder; name one source file");
        var content = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        var directives = DirectivesOf(file, content);
        var name = leaderboard ?? directives.Leaderboard ?? throw CommandFailure.Usage(
            $"{file.Name} names no leaderboard; give --leaderboard NAME, or begin the file with '#!POPCORN leaderboard NAME'");
        var device = gpu ?? directives.Gpus switch
        {
            [var only] => only,
            [] => await OnlyGpuAsync(client, name, cancellationToken),
            _ => throw CommandFailure.Usage($"{file.Name} names several devices ({string.Join(", ", directives.Gpus)}); choose one with --gpu"),
        };
        return new SubmissionRequest(file.Name, content, name, device, mode);
    }

    // The server reads them the same way, and would refuse the same line.
    private static FileDirectives DirectivesOf(FileInfo file, byte[] content) => FileDirectives.Parse(TextOf(file, content)) switch
    {
        DirectivesOutcome.Read(var directives) => directives,
        DirectivesOutcome.Wrong(var reason) => throw CommandFailure.Usage($"{file.Name} {reason}"),
        _ => throw new UnreachableException(),
    };

    private static string TextOf(FileInfo file, byte[] content)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException)
        {
            throw CommandFailure.Usage($"{file.Name} is not UTF-8 text; an entry is one source file");
        }
    }

    private static async Task<string> OnlyGpuAsync(AgonClient client, string leaderboard, CancellationToken cancellationToken)
    {
        var gpus = JsonSerializer.Deserialize(await client.GpusAsync(leaderboard, cancellationToken), AgonJson.Default.IReadOnlyListString)!;
        return gpus is [var only]
            ? only
            : throw CommandFailure.Usage($"{leaderboard} runs on {string.Join(", ", gpus)}; choose one with --gpu");
    }
}
