using Agon.Server.Tests.World;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Tests;

public class DatabasePreparationTests
{
    [PostgresFact]
    public async Task A_clock_that_is_not_the_databases_is_told_at_the_start()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        Assert.Empty(await LogAsync(world));
        world.Clock.Move(TimeSpan.FromMinutes(-1));
        Assert.Contains("clock is -60.", Assert.Single(await LogAsync(world)));
    }

    [Fact]
    public async Task Sqlite_has_no_clock_of_its_own()
    {
        await using var world = await TestWorld.CreateAsync();
        world.Clock.Move(TimeSpan.FromHours(1));
        Assert.Empty(await LogAsync(world));
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
