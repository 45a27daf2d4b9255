using Agon.Domain.Leaderboards;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Leaderboards;

public abstract class InviteStoreContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    [ContractFact]
    public async Task A_claimed_invite_covers_its_leaderboards_and_no_other()
    {
        var (sums, primes, other) = (await LeaderboardAsync("sums"), await LeaderboardAsync("primes"), await LeaderboardAsync("other"));
        var (ada, bob) = (await UserAsync("ada"), await UserAsync("bob"));
        var codes = await Invites.CreateAsync([sums, primes], 2, Now, None);

        Assert.All(codes, code => Assert.Matches("^[A-Za-z0-9_-]{22}$", code));
        Assert.Equal(["primes", "sums"], await Invites.ClaimAsync(codes[0], ada.Id, Now.AddHours(1), None));
        Assert.True(await Invites.CoverAsync(sums.Id, ada.Id, None));
        Assert.True(await Invites.CoverAsync(primes.Id, ada.Id, None));
        Assert.False(await Invites.CoverAsync(other.Id, ada.Id, None));
        Assert.False(await Invites.CoverAsync(sums.Id, bob.Id, None));

        var invites = await Invites.ListAsync(primes.Id, None);
        Assert.Equal([(codes[0], ada.Id, "ada", Now.AddHours(1)), (codes[1], null, null, (DateTimeOffset?)null)],
            invites.Select(invite => (invite.Code, invite.UserId, invite.UserName, invite.ClaimedAt)));
        Assert.Empty(await Invites.ListAsync(other.Id, None));
    }

    [ContractFact]
    public async Task Claiming_again_changes_nothing_and_nobody_else_can()
    {
        var code = Assert.Single(await Invites.CreateAsync([await LeaderboardAsync()], 1, Now, None));
        var (ada, bob) = (await UserAsync("ada"), await UserAsync("bob"));
        await Invites.ClaimAsync(code, ada.Id, Now, None);

        Assert.Equal(["sums"], await Invites.ClaimAsync(code, ada.Id, Now.AddDays(1), None));
        Assert.Null(await Invites.ClaimAsync(code, bob.Id, Now, None));
        foreach (var wrong in new[] { "", code.ToUpperInvariant() + "x", "a\0\ud800", "' OR TRUE --" })
            Assert.Null(await Invites.ClaimAsync(wrong, bob.Id, Now, None));
        Assert.Equal(Now, await RowAsync<DateTimeOffset>("SELECT claimed_at FROM leaderboard_invite"));
    }

    [ContractFact]
    public async Task Of_those_who_claim_a_code_at_once_exactly_one_gets_it()
    {
        var board = await LeaderboardAsync();
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => UserAsync($"user-{n}")));
        foreach (var code in await Invites.CreateAsync([board], 4, Now, None))
        {
            var claims = await Task.WhenAll(users.Select(user => Task.Run(() => Invites.ClaimAsync(code, user.Id, Now, None))));
            Assert.Single(claims, claim => claim is not null);
        }
    }

    [ContractFact]
    public async Task A_revoked_invite_takes_its_access_with_it()
    {
        var board = await LeaderboardAsync();
        var ada = await UserAsync();
        var codes = await Invites.CreateAsync([board], 2, Now, None);
        await Invites.ClaimAsync(codes[0], ada.Id, Now, None);

        Assert.True(await Invites.RevokeAsync(codes[0], None));
        Assert.False(await Invites.CoverAsync(board.Id, ada.Id, None));
        Assert.False(await Invites.RevokeAsync(codes[1], None));
        Assert.Null(await Invites.RevokeAsync(codes[1], None));
    }

    [ContractFact]
    public async Task A_leaderboard_can_be_closed_and_opened()
    {
        await LeaderboardAsync();
        Assert.Equal("sums", await Leaderboards.SetVisibilityAsync("SUMS", Visibility.Closed, None));
        Assert.False((await Leaderboards.FindAsync("sums", None))!.IsPublic);
        await Leaderboards.SetVisibilityAsync("sums", Visibility.Public, None);
        Assert.True((await Leaderboards.FindAsync("sums", None))!.IsPublic);
        Assert.Null(await Leaderboards.SetVisibilityAsync("absent", Visibility.Public, None));
    }
}

public sealed class InviteStoreOnSqlite() : InviteStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class InviteStoreOnPostgres() : InviteStoreContract(OnPostgres);
