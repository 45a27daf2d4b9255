using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Tournaments;

/// <summary>Takes away what was built, copied and fetched on this machine for tournaments that are over. One too many is made again.</summary>
public sealed partial class TournamentTidier(
    TournamentStore tournaments, TournamentReadStore reader, ParticipantStore participants, ParticipantSources sources, DatasetStore datasets, TimeProvider clock,
    ILogger<TournamentTidier> logger)
{
    /// <summary>How long sources and datasets stay after their last use, though nobody runs with them any more.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly TimeSpan AskBucketEvery = TimeSpan.FromHours(6);

    private DateTimeOffset nextDatasets = DateTimeOffset.MinValue;

    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        var (inUse, now) = (await participants.SourcesInUseAsync(cancellationToken), clock.GetUtcNow());
        if (sources.HasImages)
            await sources.KeepImagesAsync(inUse.Select(source => source.CommitHash).OfType<string>().ToHashSet(), cancellationToken);
        sources.Forget([.. inUse.Select(source => source.ToPinned())], now - Kept);
        if (now < nextDatasets)
            return;
        nextDatasets = now + AskBucketEvery;
        try
        {
            await ForgetDatasetsAsync(now - Kept, cancellationToken);
        }
        catch (Exception error) when (error is DatasetPlaceException or DatasetFileException or IOException or UnauthorizedAccessException)
        {
            // They only take room, and nobody is to wait for that; but a disk that fails, or a bucket that does not answer, is told.
            LogDatasetsStay(AskBucketEvery.TotalHours, error);
        }
    }

    private async Task ForgetDatasetsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var open = new List<Tournament>();
        foreach (var id in await tournaments.UnfinishedAsync(type: null, cancellationToken))
            open.Add((await reader.FindAsync(id, cancellationToken))!);
        await datasets.ForgetAsync(
            key => open.Any(one => one.Schedule.IsCompetitionDay(key.ProcessingDate) && one.TestNetworks.Contains(key.Network) && one.TestWindowDays.Contains(key.WindowDays)),
            before, cancellationToken);
    }

    [LoggerMessage(624, LogLevel.Warning, "Old datasets could not be removed; they only take room, and it is tried again in {Hours} h")]
    private partial void LogDatasetsStay(double hours, Exception error);
}
