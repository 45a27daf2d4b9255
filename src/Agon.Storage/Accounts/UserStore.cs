using System.Security.Cryptography;
using Agon.Domain.Accounts;

namespace Agon.Storage.Accounts;

/// <summary>Participants.</summary>
public sealed class UserStore(Database database)
{
    /// <summary>Adds a user with a fresh CLI id, of which only the hash is kept.</summary>
    /// <returns>The user and the id in clear, for this once.</returns>
    /// <exception cref="NameTakenException">Somebody has that name, in any case.</exception>
    public async Task<(User User, string CliId)> AddAsync(string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cliId = CliId.New();
        var user = new User(NewId(), StoredText.Clean(name), IsBanned: false);

        await using var session = await database.WriteAsync(cancellationToken);
        // The contract's table lets two users share a name, and rows of another system do.
        await session.LockAsync("user_info.user_name", cancellationToken);
        var taken = await session.QueryOneAsync<long>(
            "SELECT COUNT(*) FROM user_info WHERE lower(user_name) = lower(@Name)", new { user.Name }, cancellationToken);
        if (taken > 0)
            throw new NameTakenException(name);

        await session.ExecuteAsync("""
            INSERT INTO user_info (id, user_name, cli_id, cli_valid, cli_auth_provider, created_at, is_banned)
            VALUES (@Id, @Name, @hash, TRUE, 'agon', @now, FALSE)
            """, new { user.Id, user.Name, hash = CliId.Hash(cliId), now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return (user, cliId);
    }

    /// <summary>The validated user with this CLI id; null if there is none.</summary>
    /// <remarks>A row of an older database that holds the id in clear is rewritten here, the first time that it is used.</remarks>
    public async Task<User?> FindByCliIdAsync(string cliId, CancellationToken cancellationToken)
    {
        var hash = CliId.Hash(cliId);
        // A stored hash is no credential: whoever shows one has read the database, not been given an id.
        var clear = IsClear(cliId) ? cliId : null;
        UserRow? row;
        await using (var session = await database.ReadAsync(cancellationToken))
            row = await FindAsync(session, hash, clear, cancellationToken);
        return row is null ? null : row.IsHashed ? row.ToUser() : await RewriteAsync(hash, clear!, cancellationToken);
    }

    /// <summary>The user whom a web board knows by this id; null if there is none.</summary>
    /// <remarks>
    /// The board writes it into the row in clear and reads it back for every later session (contract section 4), so it stays
    /// as it is. A login at the board is its validation: it sets no <c>cli_valid</c>.
    /// </remarks>
    public async Task<User?> FindByWebAuthIdAsync(string webAuthId, CancellationToken cancellationToken)
    {
        if (!IsClear(webAuthId))
            return null;
        await using var session = await database.ReadAsync(cancellationToken);
        return (await session.QueryOneAsync<UserRow>("""
            SELECT id, COALESCE(user_name, id) AS name, is_banned, FALSE AS is_hashed
            FROM user_info
            WHERE web_auth_id = @webAuthId
            ORDER BY created_at, id LIMIT 1
            """, new { webAuthId }, cancellationToken))?.ToUser();
    }

    /// <summary>Bans the user from submitting, or lifts the ban; false if there is no such user.</summary>
    public async Task<bool> SetBannedAsync(string userId, bool banned, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var found = await session.ExecuteAsync("UPDATE user_info SET is_banned = @banned WHERE id = @id",
            new { id = StoredText.Clean(userId), banned }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return found > 0;
    }

    private async Task<User?> RewriteAsync(string hash, string clear, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.LockAsync(hash, cancellationToken);
        // Somebody else may have rewritten it by now.
        var row = await FindAsync(session, hash, clear, cancellationToken);
        if (row is { IsHashed: false })
        {
            await session.ExecuteAsync("UPDATE user_info SET cli_id = @hash WHERE id = @Id", new { hash, row.Id }, cancellationToken);
            // A login leaves the id in the row that it began with, too; nowhere may it stay readable.
            await session.ExecuteAsync("UPDATE user_info SET cli_id = NULL WHERE cli_id = @clear", new { clear }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
        return row?.ToUser();
    }

    // In one statement, so that a rewrite cannot slip between the two looks.
    private static Task<UserRow?> FindAsync(Session session, string hash, string? clear, CancellationToken cancellationToken) =>
        session.QueryOneAsync<UserRow>("""
            SELECT id, COALESCE(user_name, id) AS name, is_banned, cli_id = @hash AS is_hashed
            FROM user_info
            WHERE (cli_id = @hash OR cli_id = @clear) AND cli_valid
            ORDER BY cli_id = @hash DESC, created_at, id LIMIT 1
            """, new { hash, clear }, cancellationToken);

    private static bool IsClear(string cliId) =>
        cliId.Length > 0 && !cliId.StartsWith(CliId.HashPrefix, StringComparison.Ordinal) && cliId.All(sign => sign is > ' ' and <= '~');

    /// <summary>
    /// A number, as the contract answers it, that JavaScript keeps exactly, and that is neither as small as the ids of one
    /// login provider nor as large as those of the other.
    /// </summary>
    private static string NewId()
    {
        const long lowest = 1_000_000_000_000, highest = 1L << 53;
        var random = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return (lowest + (long)(random % (highest - lowest))).ToString();
    }

    private sealed record UserRow
    {
        public required string Id { get; init; }
        public required string Name { get; init; }
        public required bool IsBanned { get; init; }
        public required bool IsHashed { get; init; }

        public User ToUser() => new(Id, Name, IsBanned);
    }
}

/// <summary>A name that has to be unique is in use.</summary>
public sealed class NameTakenException(string name) : Exception($"the name '{name}' is taken");
