using System.CommandLine;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace Agon.Benchmarks;

/// <summary>The reference of every page: Kestrel as Agon sets it up, with nothing behind it but a body that never changes.</summary>
internal static class FixedBody
{
    private const string CommandName = "fixed-body";

    /// <summary>The hidden command that is the server; a process of its own, as <c>agon serve</c> is one.</summary>
    public static Command Create()
    {
        var length = new Argument<int>("BYTES");
        var command = new Command(CommandName) { length };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => ServeAsync(new byte[parsed.GetValue(length)], cancellationToken));
        return command;
    }

    public static async Task<(Process Process, string Url)> StartAsync(int bytes, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [CommandName, $"{bytes}"]) { RedirectStandardOutput = true })!;
        return (process, await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchmarkException("the fixed body's server did not start"));
    }

    private static async Task ServeAsync(byte[] body, CancellationToken cancellationToken)
    {
        Array.Fill(body, (byte)'x');
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        await using var app = builder.Build();
        app.Run(http =>
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            http.Response.ContentLength = body.Length;
            return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
        });
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.Single());
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
