using System.Collections.Immutable;
using Agon.Domain.Problems;

namespace Agon.Domain.Leaderboards;

/// <summary>One contest over one task.</summary>
public sealed record Leaderboard
{
    public required long Id { get; init; }
    public required string Name { get; init; }

    /// <summary>UTC; nothing is accepted after it.</summary>
    public required DateTimeOffset Deadline { get; init; }

    public required TaskDefinition Task { get; init; }

    /// <summary>In the order in which they were named.</summary>
    public required ImmutableArray<string> Gpus { get; init; }

    /// <summary>Seed of secret runs, 0 to 2^31-1. Never shown, never logged.</summary>
    public required long SecretSeed { get; init; }

    /// <summary>One of <see cref="Leaderboards.Visibility"/>; a word that is neither closes it, too.</summary>
    public required string Visibility { get; init; }
    public long CreatorId { get; init; } = -1;
    public long ForumId { get; init; } = -1;

    /// <summary>Whether everybody may see it and submit to it; else only who has claimed an invite (contract section 5).</summary>
    public bool IsPublic => Visibility == Leaderboards.Visibility.Public;

    /// <summary>The device as the leaderboard spells it, asked for in any case; null if it is not on the leaderboard.</summary>
    public string? FindGpu(string gpu) => Gpus.FirstOrDefault(own => own.Equals(gpu, StringComparison.OrdinalIgnoreCase));

    /// <summary>Records are printed in logs and test failures; the secret is left out.</summary>
    public override string ToString() => $"leaderboard {Name} ({Id})";
}

/// <summary>One place on a board (contract section 2.1, "ranked entry").</summary>
public sealed record RankedEntry
{
    public required int Rank { get; init; }
    public required long SubmissionId { get; init; }
    public required string FileName { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }

    /// <summary>Seconds.</summary>
    public required double Score { get; init; }

    public required string UserId { get; init; }
    public required string UserName { get; init; }

    /// <summary>Whether the run was made at isolation level none: nothing kept the entry from anything.</summary>
    public bool Unsandboxed { get; init; }
}
