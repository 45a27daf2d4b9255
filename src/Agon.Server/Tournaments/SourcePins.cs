using Agon.Domain.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>What a registration says of its code.</summary>
/// <param name="Repository">Where it is kept; null for none.</param>
/// <param name="Commit">A commit or branch; null for the newest.</param>
/// <param name="Image">A container image; null for none.</param>
internal sealed record WantedSource(string? Repository, string? Commit, string? Image);

/// <summary>Finds out what exactly a registration's code is, so that nothing which moves later changes it: the source, or one sentence why there is none.</summary>
internal delegate Task<(ParticipantSource? Source, string? Refusal)> PinSource(WantedSource wanted, CancellationToken cancellationToken);
