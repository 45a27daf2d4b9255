using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;

namespace Agon.Launchers.Local;

/// <summary>What a runner writes, line by line, each and all of bounded length.</summary>
internal static class RunnerLines
{
    /// <summary>The longest line is a report; the judge keeps its parts small enough.</summary>
    public const int MaxLineBytes = 16 << 20;

    public const long MaxTotalBytes = 64 << 20;

    private const int ShownBytes = 80;

    public static async IAsyncEnumerable<RunnerLine> ReadAsync(
        Stream output, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(output, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
        var total = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                total += Checked(line.Length, total);
                yield return Parse(line);
                rest = rest.Slice(rest.GetPosition(1, end));
            }
            Checked(rest.Length, total);
            if (read.IsCompleted && !rest.IsEmpty)
                throw new LaunchException($"the runner ended in the middle of a line: {Shown(rest)}");
            if (read.IsCompleted)
                yield break;
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static long Checked(long line, long before)
    {
        if (line > MaxLineBytes)
            throw new LaunchException($"the runner wrote a line of more than {MaxLineBytes} bytes");
        if (line + before > MaxTotalBytes)
            throw new LaunchException($"the runner wrote more than {MaxTotalBytes} bytes");
        return line;
    }

    private static RunnerLine Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            if (JsonSerializer.Deserialize(ref json, AgonJson.Wire.RunnerLine) is { } told && Members(told) == 1)
                return told;
        }
        catch (JsonException)
        {
            // Told below, as any other line that is not a runner's.
        }
        throw new LaunchException($"the runner wrote what is not a line of the protocol: {Shown(line)}");
    }

    private static int Members(RunnerLine line) =>
        new object?[] { line.Runner, line.Phase, line.Log, line.Report, line.Fault }.Count(member => member is not null);

    private static string Shown(ReadOnlySequence<byte> line) => LastWords.Clean(
        Encoding.UTF8.GetString(line.Slice(0, Math.Min(line.Length, ShownBytes)).ToArray()));
}
