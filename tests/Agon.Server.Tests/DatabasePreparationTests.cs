using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Agon.Server.Tests.World;
using Agon.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Agon.Server.Tests;

public class DatabasePreparationTests
{
    [PostgresFact]
    public async Task A_clock_that_is_not_the_databases_is_told_at_the_start()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        Assert.Empty(await LogAsync(world));
        world.Clock.Move(TimeSpan.FromMinutes(-1));
        var lead = Regex.Match(Assert.Single(await LogAsync(world)), "clock is ([-+][0-9.]+) s ahead").Groups[1].Value;
        Assert.InRange(double.Parse(lead, CultureInfo.InvariantCulture), -61, -59);   // the way to the database and the one back need not take the same time
    }

    [Fact]
    public async Task Sqlite_has_no_clock_of_its_own()
    {
        await using var world = await TestWorld.CreateAsync();
        world.Clock.Move(TimeSpan.FromHours(1));
        Assert.Empty(await LogAsync(world));
    }

    [Fact]
    public async Task A_database_server_that_is_away_is_waited_for_but_not_for_ever()
    {
        // Whoever is bound and does not listen refuses everybody, and keeps the port from others.
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)nobody.LocalEndPoint!).Port;
        await using var database = Database.Open(null, $"Host=127.0.0.1;Port={port};Username=none;Database=none");
        var clock = new MovableClock();
        var log = new ListLogger();

        var start = new DatabasePreparation(database, clock, log).StartingAsync(CancellationToken.None);
        await Eventually.IsAsync(() => Task.FromResult(log.Lines.Count > 0));
        Assert.Contains("waited for, 60 s", Assert.Single(log.Lines));
        Assert.False(start.IsCompleted);

        clock.Move(DatabasePreparation.WorthTheWait);
        await Assert.ThrowsAsync<NpgsqlException>(() => start);
    }

    private static async Task<List<string>> LogAsync(TestWorld world)
    {
        var log = new ListLogger();
        await new DatabasePreparation(world.Database, world.Clock, log).StartingAsync(CancellationToken.None);
        return log.Lines;
    }

    private sealed class ListLogger : ILogger<DatabasePreparation>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
