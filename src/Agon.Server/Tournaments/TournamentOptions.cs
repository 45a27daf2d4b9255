using System.ComponentModel.DataAnnotations;
using Agon.Domain.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>How tournaments are run here: section <c>Tournaments</c> of the settings.</summary>
public sealed class TournamentOptions
{
    internal const string Section = "Tournaments";

    /// <summary>Whether this process looks after tournaments and makes their runs. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How often the orchestrator looks at statuses and dates. Default 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan OrchestrateEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often this machine looks for a run to make. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Where datasets lie: {network}/{processing_date}/{window_days}. Those that lack are fetched into it where SYNTHETICS_S3_BUCKET names a bucket of them.
    /// Default: <c>datasets</c> in the data folder.
    /// </summary>
    public string? DatasetFolder { get; init; }

    /// <summary>Memory of a participant, in bytes. Default 8 GiB.</summary>
    [Range(1L << 20, 1L << 50)]
    public long MemoryBytes { get; init; } = 8L << 30;

    /// <summary>Git remote that promoted baselines of analytics are pushed to. Default: none, nothing is pushed.</summary>
    public string? BaselineAnalyticsRepository { get; init; }

    /// <summary>The same of ml.</summary>
    public string? BaselineMlRepository { get; init; }

    /// <summary>Whether a participant's repository may be a path of this host, or come by plain http. Default false; the command line of an operator always may.</summary>
    public bool AllowLocalRepositories { get; init; }

    /// <summary>Whether an image that is not on this machine may be fetched, when it is registered by its digest. Default false.</summary>
    public bool AllowImagePulls { get; init; }

    internal string? BaselineRepository(ImageType type) => (type == ImageType.Ml ? BaselineMlRepository : BaselineAnalyticsRepository) is { Length: > 0 } remote ? remote : null;
}
