using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Agon.Soak;

/// <summary>One database with a server and a worker on it: everything that can be killed.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly SoakOptions options;
    private readonly HttpClient client;

    public Stage(SoakOptions options, bool postgres)
    {
        (this.options, Postgres) = (options, postgres ? new DurablePostgres() : null);
        var url = $"http://127.0.0.1:{FreePort()}";
        client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
        Witness = Witness.Of(Folder, Postgres is null ? null : () => Postgres.ConnectionString);
        Server = new Actor("server", machine => Program(Checkout.Agon, machine, ["serve", .. Data, "--urls", url, "--i-trust-all-submitters"]), Path.Combine(Folder, "server.log"));
        Worker = new Actor("worker", machine => options.Check == LeaseCheck.Both
            ? Program(Checkout.Agon, machine, ["worker", .. Data, "--i-trust-all-submitters"])
            : Program(Checkout.Soak, machine, ["forgetful-worker", Folder, $"{options.Check}"]), Path.Combine(Folder, "worker.log"));
    }

    /// <summary>Data and logs.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("agon-soak-").FullName;

    /// <summary>Nothing is left behind then; else the folder stays.</summary>
    public bool HasPassed { get; set; }

    public DurablePostgres? Postgres { get; }

    public Witness Witness { get; }

    public Actor Server { get; }

    public Actor Worker { get; }

    public Participant Participant { get; private set; } = null!;

    private IEnumerable<string> Data => Postgres is null ? ["--data", Folder] : [];

    /// <summary>Starts everything; before that there is nothing to look at.</summary>
    public async Task OpenAsync()
    {
        if (Postgres is not null)
            await Postgres.StartAsync();
        await CommandAsync("problems", "sync", Checkout.Problems);
        Participant = new Participant(client, (await CommandAsync("user", "add", "mortal")).TrimEnd('\n').Split('\n')[^1]);
        Server.Start();
        Worker.Start();
        await UntilServedAsync();
    }

    /// <summary>Until the server answers from its database.</summary>
    public Task UntilServedAsync() => Patiently.UntilAsync(Participant.IsServedAsync, StartLimit, "the server does not answer");

    public async ValueTask DisposeAsync()
    {
        Server.Dispose();
        Worker.Dispose();
        client.Dispose();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        // Not before the last of them has logged its last word.
        if (HasPassed)
            Directory.Delete(Folder, recursive: true);
    }

    private ProcessStartInfo Program(string path, string machine, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(path, arguments) { WorkingDirectory = Folder };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = Postgres?.ConnectionString,
            ["HOME"] = Folder,
            ["AGON__Jobs__Lease"] = $"{options.Lease}",
            ["AGON__Jobs__HeartbeatEvery"] = $"{options.Lease / 6}",
            ["AGON__Jobs__RescueEvery"] = "00:00:00.5",
            ["AGON__Jobs__Machine"] = machine,
        })
            info.Environment[name] = value;
        return info;
    }

    private async Task<string> CommandAsync(params string[] arguments)
    {
        var info = Program(Checkout.Agon, "command", [.. arguments, .. Data]);
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"agon {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
