using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;

namespace Agon.Storage.Leaderboards;

/// <summary>Leaderboards and their rankings.</summary>
public sealed class LeaderboardStore(Database database)
{
    /// <summary>Creates the leaderboard with a random secret seed, or brings an existing one up to date (its seed stays).</summary>
    public Task<SaveOutcome> SaveAsync(NewLeaderboard leaderboard, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{database}");

    /// <summary>All leaderboards, oldest first.</summary>
    public Task<IReadOnlyList<Leaderboard>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The leaderboard of that name, in any case; null if there is none.</summary>
    public Task<Leaderboard?> FindAsync(string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The general ranking (contract section 9): each user's best eligible run on the device, best first.</summary>
    public Task<IReadOnlyList<RankedEntry>> RankAsync(
        Leaderboard leaderboard, string gpu, int? limit, int offset, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>What an organiser states of a leaderboard.</summary>
public sealed record NewLeaderboard(string Name, DateTimeOffset Deadline, TaskDefinition Task, IReadOnlyList<string> Gpus, string Visibility = "public");

/// <summary>What saving came to.</summary>
public enum SaveOutcome
{
    Created,
    Updated,
    Unchanged,
}
