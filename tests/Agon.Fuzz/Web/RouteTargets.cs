using System.Text;
using Agon.Server.Http;
using Microsoft.AspNetCore.Routing;

namespace Agon.Fuzz.Web;

/// <summary>
/// A target for each route of the route table, so that a new one is fuzzed from its first day on, and one for bytes that
/// are hardly HTTP. An input is a whole request without its framing: Content-Length is put in behind the changes.
/// </summary>
internal static class RouteTargets
{
    // A server that is still closing its client's last streams may be out of places for a moment.
    private const int MostRetries = 50;

    private static readonly TimeSpan UntilRetry = TimeSpan.FromMilliseconds(100);

    // With one of these in its head a request may say where its body ends, or that there is something to wait for.
    private static readonly string[] Framing = ["content-length", "transfer-encoding", "expect", "upgrade", "connection"];

    public static IEnumerable<Target> Of(IReadOnlyList<FuzzedServer> servers)
    {
        var requests = servers[0].Routes.SelectMany(route => ValidRequests.Methods(route).Select(method => (method, route)))
            .OrderBy(one => $"{one.method} {one.route.RoutePattern.RawText}", StringComparer.Ordinal).ToList();
        foreach (var (method, route) in requests)
        {
            yield return new Target($"{method} {route.RoutePattern.RawText}", ValidRequests.Of(method, route), async input =>
            {
                var answered = await AskAllAsync(servers, input, Framed);
                // What it changed may be all that the next requests need.
                foreach (var server in answered && method != "GET" && !TakesFiles(route) ? servers : [])
                    await server.TidyAsync();
                return answered;
            })
            { HasToReadTheValid = false };
        }
        yield return new Target("bytes that are hardly HTTP", [.. requests.SelectMany(one => ValidRequests.Of(one.method, one.route)).Select(request => Framed(request).Bytes)],
            input => AskAllAsync(servers, input, bytes => (bytes, IsWhole: false)))
        { HasToReadTheValid = false };
    }

    private static bool TakesFiles(RouteEndpoint route) => route.Metadata.GetMetadata<TakesFile>() is not null;

    private static async ValueTask<bool> AskAllAsync(IReadOnlyList<FuzzedServer> servers, byte[] input, Func<byte[], (byte[] Bytes, bool IsWhole)> framed)
    {
        var answered = true;
        foreach (var server in servers)
            answered &= (await AskAsync(server, framed(server.Named(input)))).Status is >= 200 and < 400;
        return answered;
    }

    private static async Task<WireAnswer> AskAsync(FuzzedServer server, (byte[] Bytes, bool IsWhole) request)
    {
        for (var n = 0; ; n++)
        {
            try
            {
                return await server.AskAsync(request.Bytes, request.IsWhole);
            }
            catch (FuzzFaultException fault) when (fault.Message == "the status is 503" && n < MostRetries)
            {
                await Task.Delay(UntilRetry, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    /// <summary>With the length of its body in the head, if there is a head, and whether the server then has all that it may wait for.</summary>
    private static (byte[] Bytes, bool IsWhole) Framed(byte[] input)
    {
        var end = input.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return (input, IsWhole: false);
        var isPlain = !Framing.Any(Encoding.Latin1.GetString(input, 0, end).ToLowerInvariant().Contains);
        var length = input.Length - end - 4;
        return ([.. input[..end], .. Encoding.ASCII.GetBytes($"\r\nContent-Length: {length}"), .. input[end..]], isPlain);
    }
}
