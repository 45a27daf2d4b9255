namespace Agon.Evaluation.Containers;

/// <summary>Checkouts, copies of folders and git objects of those who run nowhere any more. What was asked for lately stays: somebody may just be registering it.</summary>
internal static class OldSources
{
    /// <summary>How often a use is written down.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromHours(1);

    /// <summary>Says that it is used: its age counts from now.</summary>
    internal static string Use(string place)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (Directory.GetLastWriteTimeUtc(place) + Grain < now) Directory.SetLastWriteTimeUtc(place, now);
        return place;
    }

    /// <param name="settings">Where they lie.</param>
    /// <param name="inUse">What is still run, or may be.</param>
    /// <param name="before">What was used since then stays, too.</param>
    internal static void Remove(SourceSettings settings, IReadOnlyList<PinnedSource> inUse, DateTimeOffset before)
    {
        RemoveOthers(settings, "checkouts", inUse.Select(source => source.CommitHash), before);
        RemoveOthers(settings, "folders", inUse.Select(source => source.FolderHash), before);
        RemoveOthers(
            settings, GitRepository.Stores,
            inUse.Select(source => source.Repository).Concat(settings.Remotes.Select(remote => remote.Address)).OfType<string>().Select(address => GitRepository.NameOf(address, settings)), before);
    }

    private static void RemoveOthers(SourceSettings settings, string kind, IEnumerable<string?> names, DateTimeOffset before)
    {
        var (folder, kept) = (Path.Combine(settings.DataFolder, kind), names.ToHashSet());
        if (!Directory.Exists(folder)) return;
        foreach (var place in Directory.EnumerateDirectories(folder).Where(place => !kept.Contains(Path.GetFileName(place)) && Directory.GetLastWriteTimeUtc(place) < before).ToList())
        {
            try
            {
                // A place is there with all its files or not at all, also while it goes.
                var going = $"{folder}/{Guid.NewGuid():N}.gone";
                Directory.Move(place, going);
                Directory.Delete(going, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It only takes room; the next time is soon.
            }
        }
    }
}
