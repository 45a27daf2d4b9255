using Agon.Domain.Tournaments;
using Agon.Server.Tournaments;

namespace Agon.Server.Tests.Tournaments;

public sealed class TournamentOrchestratorTests
{
    [Fact]
    public async Task A_tournament_that_cannot_get_on_holds_up_no_other_one()
    {
        await using var world = await TournamentWorld.CreateAsync();
        Guid[] all = [await world.DraftAsync("one"), await world.DraftAsync("two"), await world.DraftAsync("three")];
        // Whichever is looked at first, a broken one stands before the whole one or behind it.
        foreach (var broken in (Guid[])[all[0], all[2]])
            await world.BreakAsync(broken);

        await world.Server.Get<TournamentOrchestrator>().TickAllAsync(type: null, TournamentWorld.FirstDay.AddDays(3), CancellationToken.None);
        Assert.Equal(
            [TournamentStatus.InProgress, TournamentStatus.InProgress, TournamentStatus.InProgress],
            await Task.WhenAll(all.Select(async id => (await world.Tournaments.FindAsync(id, CancellationToken.None))!.Tournament.Status)));
        Assert.NotEmpty((await world.Tournaments.FindAsync(all[1], CancellationToken.None))!.Runs);
    }
}
