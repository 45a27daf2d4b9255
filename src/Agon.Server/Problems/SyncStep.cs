using Agon.Storage.Leaderboards;

namespace Agon.Server.Problems;

/// <summary>What a sync will do with one problem.</summary>
public abstract record SyncStep(string Name)
{
    /// <summary>A new leaderboard.</summary>
    public sealed record Create(NewLeaderboard Leaderboard) : SyncStep(Leaderboard.Name);

    /// <summary>An existing one, brought up to date.</summary>
    public sealed record Update(NewLeaderboard Leaderboard) : SyncStep(Leaderboard.Name);

    /// <summary>Nothing, and why.</summary>
    /// <param name="Name">The problem's.</param>
    /// <param name="Reason">One sentence.</param>
    /// <param name="Unreadable">Whether the problem's own files are at fault.</param>
    public sealed record Skip(string Name, string Reason, bool Unreadable = false) : SyncStep(Name);
}
