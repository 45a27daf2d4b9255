using System.Net.Sockets;
using Agon.Server.Tests.World;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Agon.Server.Tests;

public sealed class DatabaseOutageTests : IDisposable
{
    // Many workers for one slot, and tournaments, all of which look often; nothing is late because a machine is slow.
    private static readonly Dictionary<string, string?> Busy = new(TestWorld.Workers)
    {
        ["Jobs:Lease"] = "00:10:00",
        ["Jobs:HeartbeatEvery"] = "00:00:05",
        ["Jobs:MinWorkers"] = "4",
        ["Tournaments:PollEvery"] = "00:00:00.05",
        ["Tournaments:OrchestrateEvery"] = "00:00:00.1",
    };

    private readonly ErrorEar ear = new();
    private readonly HandClock clock = new();
    private readonly DatabaseOutage outage;

    public DatabaseOutageTests() => outage = new DatabaseOutage(clock, new Logger<DatabaseOutage>(LoggerFactory.Create(log => log.AddProvider(ear))));

    [Fact]
    public void An_outage_is_said_once_with_its_cause_and_without_a_stack_and_its_end_with_how_long_it_took()
    {
        outage.Over();
        for (var met = 0; met < 30; met++)
        {
            Assert.True(outage.Explains(Refused()));
            clock.Passed += TimeSpan.FromSeconds(1);
        }
        Assert.Equal("The database is away or cannot serve (Failed to connect to 127.0.0.1:5432: Connection refused); whatever needs it is tried again until it is back",
            Assert.Single(ear.Heard).Trim());

        outage.Over();
        clock.Passed += DatabaseOutage.Calm;
        outage.Over();
        outage.Over();
        Assert.Equal("The database is back, after 30.0 s", ear.Heard.Last().Trim());
        Assert.Equal(2, ear.Heard.Count);
    }

    [Fact]
    public void A_database_that_answers_questions_and_cannot_write_is_not_back()
    {
        for (var second = 0; second < 60; second++)
        {
            outage.Explains(new PostgresException("no space left on device", "ERROR", "ERROR", "53100"));
            clock.Passed += DatabaseOutage.Calm / 2;
            outage.Over();
            clock.Passed += DatabaseOutage.Calm / 2;
        }
        Assert.Single(ear.Heard);
    }

    [Fact]
    public void Two_transactions_that_wait_for_each_other_are_a_fault_to_be_seen_and_no_outage()
    {
        Assert.False(outage.Explains(new PostgresException("deadlock detected", "ERROR", "ERROR", PostgresErrorCodes.DeadlockDetected)));
        Assert.Empty(ear.Heard);
    }

    [Fact]
    public void A_second_outage_is_said_again()
    {
        for (var outages = 0; outages < 2; outages++)
        {
            outage.Explains(Refused());
            outage.Over();
            clock.Passed += DatabaseOutage.Calm;
            outage.Over();
        }
        Assert.Equal(4, ear.Heard.Count);
    }

    [Fact]
    public void A_fault_of_ours_is_not_explained_by_it()
    {
        Assert.False(outage.Explains(new PostgresException("there is no such table", "ERROR", "ERROR", "42P01")));
        Assert.False(outage.Explains(new InvalidOperationException("a bug")));
        Assert.Empty(ear.Heard);
    }

    [PostgresFact]
    public async Task A_server_whose_database_goes_away_says_so_in_one_line_and_in_another_that_it_is_back()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        var board = await world.AddBoardAsync();
        await world.SubmitAsync((await world.AddUserAsync()).User, board, "HANG");
        var there = new NpgsqlConnectionStringBuilder(world.ServerSettings.DatabaseUrl);
        await using var wire = new CutWire(there.Host!, there.Port);
        there.Port = wire.Port;
        var around = TestWorld.Around(Busy, clock);
        await using var server = await TestServer.StartAsync(
            world.ServerSettings with { DatabaseUrl = there.ConnectionString }, around with { Settings = ErrorEar.Heeded(around.Settings) });
        var heard = ErrorEar.At(server).Heard;
        await Eventually.IsAsync(async () => (await world.Jobs.QueueAsync("CPU", TestWorld.Now, CancellationToken.None)).Running == 1);

        wire.Cut();
        await Eventually.IsAsync(() => Task.FromResult(wire.Refused >= 50));
        wire.Mend();
        await Eventually.IsAsync(() =>
        {
            clock.Passed += DatabaseOutage.Calm / 10;
            return Task.FromResult(heard.Count > 1);
        });

        Assert.Collection(heard,
            line => Assert.Matches(@"^The database is away or cannot serve \([^\n]*\); [^\n]* $", line),
            line => Assert.Matches(@"^The database is back, after [0-9]+\.[0-9] s $", line));
    }

    public void Dispose() => ear.Dispose();

    private static NpgsqlException Refused() => new("Failed to connect to 127.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused));

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
