using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Processes;

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

    /// <summary>Memory of a participant (BENCHMARK_MEMORY_LIMIT), as container engines write it: a number of bytes, or of what the letter b, k, m or g says. Default <c>32g</c>.</summary>
    [RegularExpression("[1-9][0-9]{0,8}[kmgKMG]|[1-9][0-9]{0,14}[bB]?", ErrorMessage = $"{Section}:MemoryLimit (BENCHMARK_MEMORY_LIMIT) is a number with b, k, m or g behind it, such as 32g")]
    public string MemoryLimit { get; init; } = "32g";

    /// <summary>Processor numbers that participants are held on, in a container and in a folder alike. Default: the first two that this process may use.</summary>
    public int[] Cores { get; init; } = [];

    /// <summary>Git remote that promoted baselines of analytics are pushed to; an http address may hold a user and token. Default: none, nothing is pushed.</summary>
    public string? BaselineAnalyticsRepository { get; init; }

    /// <summary>The same of ml.</summary>
    public string? BaselineMlRepository { get; init; }

    /// <summary>Whether a participant's repository may be a path of this host, or come by plain http. Default false; the command line of an operator always may.</summary>
    public bool AllowLocalRepositories { get; init; }

    /// <summary>Whether an image that is not on this machine may be fetched, when it is registered by its digest. Default false.</summary>
    public bool AllowImagePulls { get; init; }

    /// <summary>Signs in where baselines are pushed, if that is by https and its address holds nothing that does. Default: none.</summary>
    public string? BaselineToken { get; init; }

    /// <summary>The same for a repository on github.com, and for none elsewhere (GITHUB_TOKEN). Default: none.</summary>
    public string? GithubToken { get; init; }

    /// <summary>The same for all of a tournament, which stays on its machine. Its memory is never more than the machine's, of which an eighth is ours: who takes all of it would be ended by the machine, at a limit that nobody wrote down.</summary>
    internal ContainerLimits ParticipantLimits()
    {
        var cores = Cores.Length > 0 ? Cores : [.. Processors.Allowed().Take(2)];
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 * 7;
        return new ContainerLimits { MemoryBytes = Math.Min(MemoryBytes, most), Cores = cores, Cpus = cores.Length };
    }

    /// <summary>Where promoted baselines go; null: nowhere, nothing is pushed.</summary>
    internal GitRemote? BaselineRemote(ImageType type) =>
        (type == ImageType.Ml ? BaselineMlRepository : BaselineAnalyticsRepository) is { Length: > 0 } setting ? GitRemote.Of(setting, BaselineToken, GithubToken) : null;

    /// <summary>0 where <see cref="MemoryLimit"/> is none.</summary>
    internal long MemoryBytes => long.TryParse(MemoryLimit.AsSpan().TrimEnd("bkmgBKMG"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number << (char.ToLowerInvariant(MemoryLimit[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 })
        : 0;
}
