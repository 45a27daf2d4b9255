using System.Diagnostics;
using System.Globalization;
using Agon.Storage;
using Agon.Storage.Accounts;
using Npgsql;

namespace Agon.Soak.Load;

/// <summary>A real <c>agon serve</c> without workers, its participants, and what it takes of the machine.</summary>
/// <param name="onPostgres">On a PostgreSQL of its own, rather than SQLite.</param>
internal sealed class LoadedServer(bool onPostgres) : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-load-").FullName;
    private readonly DurablePostgres? postgres = onPostgres ? new DurablePostgres() : null;
    private Process? process;

    public Uri Url { get; private set; } = null!;

    public List<string> CliIds { get; } = [];

    /// <summary>Who only asks, and hands in nothing under load: what the others do is not on this participant's account.</summary>
    public string Reader { get; private set; } = "";

    public string Greedy { get; private set; } = "";

    public async Task StartAsync(int participants)
    {
        if (postgres is not null)
            await postgres.StartAsync();
        using (var sync = Run("problems", "sync", Checkout.Problems))
        {
            await sync.StandardOutput.ReadToEndAsync();
            await sync.WaitForExitAsync();
            if (sync.ExitCode != 0)
                throw new InvalidOperationException($"agon problems sync ended with {sync.ExitCode}");
        }
        await using (var database = Database.Open(folder, postgres?.ConnectionString))
        {
            var users = new UserStore(database);
            async Task<string> AddAsync(string name) => (await users.AddAsync(name, TimeProvider.System.GetUtcNow(), CancellationToken.None)).CliId;
            for (var n = 0; n < participants; n++)
                CliIds.Add(await AddAsync($"user{n}"));
            (Reader, Greedy) = (await AddAsync("reader"), await AddAsync("greedy"));
        }
        process = Run("serve", "--urls", "http://127.0.0.1:0", "--i-trust-all-submitters");
        Url = new Uri((await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>Its resident memory, and the most that it ever was, in megabytes.</summary>
    public (int Now, int Peak) Memory()
    {
        var lines = File.ReadAllLines($"/proc/{process!.Id}/status");
        int Of(string name) => int.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        return (Of("VmRSS:"), Of("VmHWM:"));
    }

    /// <summary>How many connections it has to PostgreSQL; null on SQLite.</summary>
    public async Task<long?> ConnectionsAsync()
    {
        if (postgres is null)
            return null;
        await using var connection = new NpgsqlConnection($"{postgres.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public bool IsAlive => process is { HasExited: false };

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Process Run(params string[] arguments)
    {
        string[] data = postgres is null ? ["--data", folder] : [];
        var info = new ProcessStartInfo(Checkout.Agon, [.. arguments, .. data]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = postgres?.ConnectionString,
            ["HOME"] = folder,
            ["AGON__Jobs__MinWorkers"] = "0",
            ["AGON__Jobs__MaxWorkers"] = "0",
            ["AGON__Logging__LogLevel__Default"] = "Warning",
            // Bad clients are told sooner than by default.
            ["AGON__Limits__UploadWithin"] = "00:00:10",
            ["AGON__Limits__SlowestReader"] = "1000000",
            ["AGON__Limits__SlowAtMost"] = "00:00:10",
        })
            info.Environment[name] = value;
        return Process.Start(info)!;
    }
}
