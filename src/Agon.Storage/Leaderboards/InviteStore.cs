using Agon.Contracts.Leaderboards;
using Agon.Domain.Leaderboards;

namespace Agon.Storage.Leaderboards;

/// <summary>Invites to closed leaderboards: one code, one user, any number of leaderboards (contract section 5).</summary>
public sealed class InviteStore(Database database)
{
    /// <summary>Makes so many codes, each of which covers all of the leaderboards.</summary>
    public async Task<IReadOnlyList<string>> CreateAsync(
        IReadOnlyCollection<Leaderboard> leaderboards, int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var codes = Enumerable.Range(0, count).Select(_ => InviteCode.New()).ToList();
        await using var session = await database.WriteAsync(cancellationToken);
        foreach (var code in codes)
        {
            var invite = await session.QueryOneAsync<long>(
                "INSERT INTO leaderboard_invite (code, created_at) VALUES (@code, @now) RETURNING id", new { code, now }, cancellationToken);
            foreach (var leaderboard in leaderboards)
            {
                await session.ExecuteAsync("INSERT INTO leaderboard_invite_scope (invite_id, leaderboard_id) VALUES (@invite, @Id)",
                    new { invite, leaderboard.Id }, cancellationToken);
            }
        }
        await session.CommitAsync(cancellationToken);
        return codes;
    }

    /// <summary>Gives the invite to the user, unless somebody else has it; claiming one's own again changes nothing.</summary>
    /// <returns>The names of the leaderboards that it covers, sorted; null if there is no such code, or not for this user.</returns>
    public async Task<IReadOnlyList<string>?> ClaimAsync(string code, string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        // Of two who come at once the second one waits here for the first, and finds the row taken.
        await session.ExecuteAsync("UPDATE leaderboard_invite SET user_id = @userId, claimed_at = @now WHERE code = @code AND user_id IS NULL",
            new { code = StoredText.Clean(code), userId, now }, cancellationToken);
        var invite = await session.QueryOneAsync<long?>("SELECT id FROM leaderboard_invite WHERE code = @code AND user_id = @userId",
            new { code = StoredText.Clean(code), userId }, cancellationToken);
        if (invite is null)
            return null;
        var names = await session.QueryAsync<string>("""
            SELECT l.name FROM leaderboard_invite_scope scope JOIN leaderboard l ON l.id = scope.leaderboard_id
            WHERE scope.invite_id = @invite
            """, new { invite }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether the user has claimed an invite to the leaderboard.</summary>
    public async Task<bool> CoverAsync(long leaderboardId, string userId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryOneAsync<long>("""
            SELECT COUNT(*) FROM leaderboard_invite invite JOIN leaderboard_invite_scope scope ON scope.invite_id = invite.id
            WHERE invite.user_id = @userId AND scope.leaderboard_id = @leaderboardId
            """, new { userId, leaderboardId }, cancellationToken) > 0;
    }

    /// <summary>All invites to the leaderboard, oldest first.</summary>
    public async Task<IReadOnlyList<InviteView>> ListAsync(long leaderboardId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<InviteView>("""
            SELECT invite.code, invite.user_id, u.user_name, invite.claimed_at, invite.created_at
            FROM leaderboard_invite invite
            JOIN leaderboard_invite_scope scope ON scope.invite_id = invite.id
            LEFT JOIN user_info u ON u.id = invite.user_id
            WHERE scope.leaderboard_id = @leaderboardId
            ORDER BY invite.id
            """, new { leaderboardId }, cancellationToken);
    }

    /// <summary>Takes the invite back, and with it the access that it gave.</summary>
    /// <returns>Whether somebody had claimed it; null if there is no such code.</returns>
    public async Task<bool?> RevokeAsync(string code, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var claimed = await session.QueryOneAsync<bool?>("DELETE FROM leaderboard_invite WHERE code = @code RETURNING user_id IS NOT NULL",
            new { code = StoredText.Clean(code) }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return claimed;
    }
}
