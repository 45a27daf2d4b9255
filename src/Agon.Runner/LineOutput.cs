using System.Text.Json;
using System.Threading.Channels;
using Agon.Contracts;
using Agon.Contracts.Runs;

namespace Agon.Runner;

/// <summary>Writes lines to standard output in the order in which they were told.</summary>
/// <remarks>
/// A caller that is slow to read must not hold up the harness, whose verdict channel is read by the thread that tells:
/// lines wait here. Their number is bounded, since a judge tells a bounded number.
/// </remarks>
internal sealed class LineOutput
{
    private static readonly TimeSpan LastLineLimit = TimeSpan.FromSeconds(30);

    private readonly Channel<RunnerLine> lines = Channel.CreateUnbounded<RunnerLine>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeProvider clock;
    private readonly Task writing;

    /// <param name="output">Where to write.</param>
    /// <param name="clock">For the limit of the last line.</param>
    /// <param name="onBroken">Called once nobody reads any more.</param>
    public LineOutput(Stream output, TimeProvider clock, Action onBroken)
    {
        this.clock = clock;
        writing = WriteAllAsync(output, onBroken);
    }

    public void Tell(RunnerLine line) => lines.Writer.TryWrite(line);

    /// <summary>Waits until all that was told is written.</summary>
    /// <returns>Whether somebody took it.</returns>
    public async Task<bool> EndAsync()
    {
        lines.Writer.TryComplete();
        try
        {
            await writing.WaitAsync(LastLineLimit, clock);
            return true;
        }
        catch (Exception error) when (error is IOException or TimeoutException)
        {
            return false;
        }
    }

    private async Task WriteAllAsync(Stream output, Action onBroken)
    {
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync())
            {
                await output.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, AgonJson.Wire.RunnerLine), (byte)'\n']);
                await output.FlushAsync();
            }
        }
        catch (IOException)
        {
            onBroken();
            throw;
        }
    }
}
