using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;
using Agon.Storage.Baselines;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

internal static class TournamentServices
{
    /// <summary>Stores, orchestrator and worker; who calls them is another matter.</summary>
    public static void AddTournaments(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<TournamentOptions>().BindConfiguration(TournamentOptions.Section).ValidateDataAnnotations()
            .Validate(options => options.MemoryBytes >= 1 << 20, "Tournaments:MemoryLimit (BENCHMARK_MEMORY_LIMIT) is less than 1 MiB: no participant could start");
        services.AddSingleton<IValidateOptions<TournamentOptions>, TournamentPlaces>();
        services.AddOptionsWithValidateOnStart<NewTournamentOptions>().BindConfiguration(TournamentOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<BaselineStore>().AddSingleton<TournamentStore>().AddSingleton<ParticipantStore>();
        services.AddSingleton<TournamentReadStore>().AddSingleton<TournamentRunStore>().AddSingleton<TrialStore>().AddSingleton<PromotionStore>();
        services.AddSingleton<Promoter>().AddSingleton<TournamentTidier>().AddSingleton<TournamentOrchestrator>();
        services.AddSingleton<TournamentWorker>();
        services.AddSingleton(MakerOf);
        services.AddSingleton(DatasetsOf);
        services.AddSingleton(SourcesOf).AddSingleton<EngineFinder>();
        services.AddSingleton(provider => new ParticipantSources(provider.GetRequiredService<SourceSettings>(), provider.GetRequiredService<EngineFinder>()));
    }

    /// <summary>What works by itself in a server.</summary>
    public static void AddTournamentLoops(this IServiceCollection services) =>
        services.AddHostedService<OrchestratorLoop>().AddHostedService<TournamentLoop>().AddHostedService<PromotionLoop>();

    private static Func<CancellationToken, Task<MakeRun>> MakerOf(IServiceProvider provider) =>
        async cancellationToken => (await RunMakerAsync(provider, cancellationToken)).MakeAsync;

    /// <summary>Finds out what this machine's sandbox holds, once for each.</summary>
    internal static async Task<RunMaker> RunMakerAsync(IServiceProvider provider, CancellationToken cancellationToken)
    {
        var options = provider.GetRequiredService<IOptions<TournamentOptions>>().Value;
        var settings = provider.GetRequiredService<ServerSettings>();
        var maker = new RunMaker(
            await ParticipantRunner.FindAsync(provider.GetRequiredService<EngineFinder>(), cancellationToken),
            provider.GetRequiredService<ParticipantSources>(),
            provider.GetRequiredService<DatasetStore>(),
            Path.Combine(DataFolder(settings), "tournament-runs"),
            options.ParticipantLimits());
        maker.Sweep();
        return maker;
    }

    private static SourceSettings SourcesOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<TournamentOptions>>().Value;
        return new SourceSettings
        {
            DataFolder = Path.Combine(DataFolder(provider.GetRequiredService<ServerSettings>()), "sources"),
            AllowLocalRepositories = options.AllowLocalRepositories,
            AllowImagePulls = options.AllowImagePulls,
            Remotes = [.. Enum.GetValues<ImageType>().Select(options.BaselineRemote).OfType<GitRemote>()],
        };
    }

    private static DatasetStore DatasetsOf(IServiceProvider provider)
    {
        var bucket = TournamentPlaces.BucketOf(provider.GetRequiredService<IConfiguration>());
        var folder = DatasetFolder(provider.GetRequiredService<IOptions<TournamentOptions>>().Value, provider.GetRequiredService<ServerSettings>());
        return new DatasetStore(folder, bucket is null ? null : new S3Place(bucket));
    }

    internal static string DatasetFolder(TournamentOptions options, ServerSettings settings) =>
        options.DatasetFolder is { Length: > 0 } named ? Path.GetFullPath(named) : Path.Combine(DataFolder(settings), "datasets");

    /// <summary>Where participants' folders, datasets and runs lie; beside a PostgreSQL database, too.</summary>
    internal static string DataFolder(ServerSettings settings) => Path.GetFullPath(settings.DataFolder ?? ".");
}
