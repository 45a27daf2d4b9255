using System.Diagnostics;
using Npgsql;

namespace Agon.Soak;

/// <summary>A PostgreSQL of this run's own, with fsync and synchronous_commit on, that may be killed.</summary>
internal sealed class DurablePostgres : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-durable-pg-").FullName;

    // Of no other server on this machine: those look for a free port from one number on, and this one's is free while it is away.
    private readonly int port = Random.Shared.Next(20_000, 30_000);

    private readonly SemaphoreSlim starting = new(1, 1);
    private bool isOver;

    public string ConnectionString { get; private set; } = "";

    /// <exception cref="ObjectDisposedException">The run is over.</exception>
    public async Task StartAsync()
    {
        var lines = await StartedAsync();
        ConnectionString = lines.Select(line => line.Split("AGON_PG=", 2)).First(parts => parts.Length == 2)[1].Replace("\\", "");
        foreach (var name in (string[])["fsync", "synchronous_commit", "full_page_writes"])
        {
            if (await ShowAsync(name) is var value and not "on")
                throw new InvalidOperationException($"{name} is {value}, and what survives here would prove nothing");
        }
    }

    /// <summary><c>kill -9</c> of the server and every process of it. The machine goes on, and so does what it has not yet written to the disk: this is no power cut.</summary>
    public void Kill() => ForEachProcess(Actor.Kill);

    /// <summary>Stops every process of the server: connections stay, and nothing answers.</summary>
    public void Stop() => ForEachProcess(Actor.Stop);

    /// <summary>Wakes them up again.</summary>
    public void Wake() => ForEachProcess(Actor.Wake);

    public async ValueTask DisposeAsync()
    {
        await starting.WaitAsync(CancellationToken.None);
        isOver = true;
        starting.Release();
        await ScriptAsync("stop");
        Directory.Delete(folder, recursive: true);
    }

    private async Task<string[]> StartedAsync()
    {
        await starting.WaitAsync(CancellationToken.None);
        try
        {
            ObjectDisposedException.ThrowIf(isOver, this);
            return await ScriptAsync("start");
        }
        finally
        {
            starting.Release();
        }
    }

    private void ForEachProcess(Action<int> send)
    {
        // Until a look finds nobody new: the server may have started one for a connection meanwhile.
        var sent = new HashSet<int>();
        while (Processes.StandingIn(Path.Combine(folder, "postgres", "data")).Where(sent.Add).ToList() is { Count: > 0 } found)
            found.ForEach(send);
    }

    private async Task<string> ShowAsync(string name)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SHOW {name}", connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<string[]> ScriptAsync(string command)
    {
        var info = new ProcessStartInfo(Checkout.StartPostgres, [command]) { RedirectStandardOutput = true };
        info.Environment["AGON_STATE"] = folder;
        info.Environment["AGON_PG_DURABLE"] = "1";
        info.Environment["AGON_PG_PORT"] = $"{port}";
        using var process = Process.Start(info)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Split('\n')
            : throw new InvalidOperationException($"start-postgres {command} ended with {process.ExitCode}");
    }
}
