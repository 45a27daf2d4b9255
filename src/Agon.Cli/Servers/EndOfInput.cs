using Microsoft.Extensions.Hosting;

namespace Agon.Cli.Servers;

/// <summary>The end of standard input: a parent that dies, however it dies, leaves no server behind.</summary>
internal static class EndOfInput
{
    public static void Stops(IHostApplicationLifetime lifetime)
    {
        // A thread of its own, because reading a pipe cannot be cancelled; it ends with the process.
        var reader = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            var ignored = new byte[256];
            while (input.Read(ignored) > 0)
            {
            }
            lifetime.StopApplication();
        })
        { IsBackground = true, Name = "end of input" };
        reader.Start();
    }
}
