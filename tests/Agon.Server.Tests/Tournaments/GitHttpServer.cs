using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Tests.Tournaments;

/// <summary>A folder of bare repositories behind real HTTP, by git's own http-backend, for whoever brings the one user and password.</summary>
internal sealed class GitHttpServer : IAsyncDisposable
{
    public const string User = "agon", Password = "hunter2-secret";

    private readonly WebApplication app;
    private readonly string root;

    private GitHttpServer(WebApplication app, string root) => (this.app, this.root) = (app, root);

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>With what signs in.</summary>
    public string AddressOf(string repository, string userInfo) => Address.Replace("://", $"://{userInfo}@", StringComparison.Ordinal) + "/" + repository;

    /// <summary>What requests signed in with, one each; null for nothing.</summary>
    public ConcurrentQueue<string?> SignIns { get; } = [];

    /// <param name="root">Holds the repositories.</param>
    /// <param name="certificate">Of https; null for http.</param>
    public static async Task<GitHttpServer> StartAsync(string root, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var server = new GitHttpServer(app, root);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        SignIns.Enqueue(request.Headers.Authorization);
        if (request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}")
        {
            response.StatusCode = 401;
            response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
            return;
        }
        using var backend = Process.Start(Backend(request))!;
        await request.Body.CopyToAsync(backend.StandardInput.BaseStream, context.RequestAborted);
        backend.StandardInput.Close();
        var output = backend.StandardOutput.BaseStream;
        for (var line = await LineAsync(output); line.Length > 0; line = await LineAsync(output))
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
                response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else
                response.Headers[name] = value;
        }
        await output.CopyToAsync(response.Body, context.RequestAborted);
        await backend.WaitForExitAsync(context.RequestAborted);
    }

    private ProcessStartInfo Backend(HttpRequest request)
    {
        var info = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new (string, string?)[]
        {
            ("GIT_PROJECT_ROOT", root), ("GIT_HTTP_EXPORT_ALL", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*"),
            ("PATH_INFO", request.Path), ("QUERY_STRING", request.QueryString.Value?.TrimStart('?')), ("REQUEST_METHOD", request.Method), ("REMOTE_USER", User), ("REMOTE_ADDR", "127.0.0.1"),
            ("CONTENT_TYPE", request.ContentType), ("CONTENT_LENGTH", request.ContentLength?.ToString(CultureInfo.InvariantCulture)),
            ("HTTP_CONTENT_ENCODING", request.Headers.ContentEncoding), ("GIT_PROTOCOL", request.Headers["Git-Protocol"]),
        })
            info.Environment[name] = value ?? "";
        if (request.ContentLength is null)
            info.Environment.Remove("CONTENT_LENGTH");
        return info;
    }

    private static async Task<string> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1 && one[0] != '\n')
            line.Add(one[0]);
        return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
    }
}
