namespace Agon.Runner;

/// <summary>What the caller says, line by line.</summary>
internal sealed class CallerInput(Stream input)
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>The next line without its end; null if the stream ends before it does.</summary>
    /// <exception cref="BadJobException">It is longer than that.</exception>
    public byte[]? ReadLine(int maxBytes)
    {
        using var line = new MemoryStream();
        while (start < end || Fill())
        {
            var stop = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            line.Write(buffer, start, (stop < 0 ? end : stop) - start);
            start = stop < 0 ? end : stop + 1;
            if (line.Length > maxBytes)
                throw new BadJobException($"a line on standard input is larger than {maxBytes} bytes");
            if (stop >= 0)
                return line.ToArray();
        }
        return null;
    }

    private bool Fill()
    {
        (start, end) = (0, input.Read(buffer));
        return end > 0;
    }
}
