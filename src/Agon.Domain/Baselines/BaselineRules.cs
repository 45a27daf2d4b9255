using Agon.Domain.Tournaments;

namespace Agon.Domain.Baselines;

/// <summary>The life of a baseline and its names (section 10).</summary>
public static class BaselineRules
{
    public static bool MayFollow(BaselineStatus from, BaselineStatus to) => (from, to) is
        (BaselineStatus.Building, BaselineStatus.Active or BaselineStatus.Failed) or (BaselineStatus.Active, BaselineStatus.Deprecated);

    /// <summary>Why a baseline of that type cannot be seeded (S085); null if it can.</summary>
    public static string? RefuseSeed(ImageType type, Baseline? active) => active is null
        ? null
        : $"{ContractWord.Of(type)} has an active baseline, {active.Version}; a tournament's winner takes its place, seeding does not";

    /// <summary>The version of the next baseline: v1.0.0 where there is none, and never one that is taken.</summary>
    public static BaselineVersion VersionAfter(BaselineVersion? current, IReadOnlySet<BaselineVersion> taken)
    {
        var version = current?.Next ?? BaselineVersion.First;
        while (taken.Contains(version))
            version = version.Next;
        return version;
    }

    public static string ImageTag(ImageType type, BaselineVersion version) => $"baseline_{ContractWord.Of(type)}_{version}";

    /// <summary>The baseline's hotkey as a participant (D33).</summary>
    public static string Hotkey(BaselineVersion version) => $"baseline_{version}";

    public static string DatabaseName(ImageType type) => $"baseline_{ContractWord.Of(type)}";

    /// <summary>The name of the repository in the organisation that keeps the baselines.</summary>
    public static string RepositoryName(ImageType type) => $"baseline-{ContractWord.Of(type)}";
}
