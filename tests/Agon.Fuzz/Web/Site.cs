using Npgsql;

namespace Agon.Fuzz.Web;

/// <summary>The servers that get the requests, each the same ones: on SQLite, and on PostgreSQL where there is one.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<FuzzedServer> servers = [];
    private readonly string? database;

    private Site(string? database) => this.database = database;

    public string Names => string.Join(" and ", servers.Select(server => server.Name));

    public IEnumerable<Target> Targets => RouteTargets.Of(servers);

    public static async Task<Site> StartAsync(ScratchFolder folder)
    {
        var postgres = Environment.GetEnvironmentVariable("AGON_PG") is { Length: > 0 } address ? address : null;
        var database = postgres is null ? null : $"agon_fuzz_{Environment.ProcessId}";
        var site = new Site(database);
        site.servers.Add(await FuzzedServer.StartAsync("SQLite", folder.Of("server"), databaseUrl: null));
        if (postgres is not null)
        {
            await ExecuteAsync($"CREATE DATABASE {database}");
            site.servers.Add(await FuzzedServer.StartAsync("PostgreSQL", folder.Of("server-pg"), new NpgsqlConnectionStringBuilder(postgres) { Database = database }.ToString()));
        }
        return site;
    }

    /// <summary>Takes back what requests have changed: a board that was deleted, a user who was banned, an intake that was stopped.</summary>
    public async Task TidyAsync()
    {
        foreach (var server in servers)
            await server.TidyAsync();
    }

    /// <summary>What the servers logged after their last answers.</summary>
    public IEnumerable<string> LastWords() => servers.SelectMany(server => server.LastWords);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.DisposeAsync();
        if (database is not null)
            await ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)");
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable("AGON_PG")!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
