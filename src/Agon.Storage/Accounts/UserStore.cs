using Agon.Domain.Accounts;

namespace Agon.Storage.Accounts;

/// <summary>Participants.</summary>
public sealed class UserStore(Database database)
{
    /// <summary>Adds a user with a fresh CLI id, of which only the hash is kept.</summary>
    /// <returns>The user and the id in clear, for this once.</returns>
    /// <exception cref="NameTakenException">Somebody has that name.</exception>
    public Task<(User User, string CliId)> AddAsync(string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{database}");

    /// <summary>The validated user with this CLI id; null if there is none.</summary>
    public Task<User?> FindByCliIdAsync(string cliId, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>A name that has to be unique is in use.</summary>
public sealed class NameTakenException(string name) : Exception($"the name '{name}' is taken");
