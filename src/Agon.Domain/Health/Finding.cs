namespace Agon.Domain.Health;

/// <summary>How bad a finding is.</summary>
public enum FindingStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but less well or less safely than it could.</summary>
    Warning,

    /// <summary>Something that is needed does not work.</summary>
    Problem,
}

/// <summary>What a check of a server or a machine found.</summary>
/// <param name="Name">What was checked, in a word or two.</param>
/// <param name="Status">How bad it is.</param>
/// <param name="Detail">One sentence, without a full stop.</param>
/// <param name="Cure">What to do about it, a command where there is one; null where nothing is to be done.</param>
public sealed record Finding(string Name, FindingStatus Status, string Detail, string? Cure = null);
