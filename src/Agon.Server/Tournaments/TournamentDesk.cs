using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;
using Agon.Server.Jobs;
using Agon.Storage;
using Agon.Storage.Baselines;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>What a desk is opened for.</summary>
public enum DeskUse
{
    /// <summary>Nothing is changed, the database's tables included.</summary>
    Read,
    Change,

    /// <summary>A simulation: nothing outside of the data folder is read or written, whatever the settings say.</summary>
    Play,
}

/// <summary>Tournaments without a server: the same stores, orchestrator and worker, for one command that returns.</summary>
public sealed class TournamentDesk : IAsyncDisposable
{
    private readonly IHost host;

    private TournamentOrchestrator Orchestrator => host.Services.GetRequiredService<TournamentOrchestrator>();

    private TournamentDesk(IHost host) => this.host = host;

    public BaselineStore Baselines => host.Services.GetRequiredService<BaselineStore>();

    public TournamentStore Tournaments => host.Services.GetRequiredService<TournamentStore>();

    public TournamentReadStore Reader => host.Services.GetRequiredService<TournamentReadStore>();

    public ParticipantStore Participants => host.Services.GetRequiredService<ParticipantStore>();

    public TournamentRunStore Runs => host.Services.GetRequiredService<TournamentRunStore>();

    /// <summary>Under which name this machine makes runs.</summary>
    public string Machine => host.Services.GetRequiredService<TournamentWorker>().Machine;

    public PromotionStore Promotions => host.Services.GetRequiredService<PromotionStore>();

    private Promoter Promoter => host.Services.GetRequiredService<Promoter>();

    public ParticipantSources Sources => host.Services.GetRequiredService<ParticipantSources>();

    /// <summary>What a new tournament has where its creator says nothing.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    public NewTournamentOptions Usual => host.Services.GetRequiredService<IOptions<NewTournamentOptions>>().Value;

    /// <summary>Where the runs' datasets have to lie.</summary>
    public string DatasetFolder => TournamentServices.DatasetFolder(
        host.Services.GetRequiredService<IOptions<TournamentOptions>>().Value, host.Services.GetRequiredService<ServerSettings>());

    /// <summary>Opens the data, and unless it is only read brings the database up to date.</summary>
    /// <param name="settings">Where the data is.</param>
    /// <param name="clock">The time.</param>
    /// <param name="use">What for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidDataException"><c>agon.json</c> in the data folder cannot be read.</exception>
    public static async Task<TournamentDesk> OpenAsync(ServerSettings settings, TimeProvider clock, DeskUse use, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Agon.Server" });
        var above = new Dictionary<string, string?> { ["Tournaments:AllowLocalRepositories"] = "true" };
        if (use == DeskUse.Play)
        {
            above[S3Settings.BucketVariable] = "";
            foreach (var name in (string[])["DatasetFolder", "BaselineAnalyticsRepository", "BaselineMlRepository"])
                above[$"{TournamentOptions.Section}:{name}"] = "";
            above[$"{TournamentOptions.Section}:{nameof(TournamentOptions.PollEvery)}"] = "00:00:00.100";
        }
        builder.AddAgon(settings, new Surroundings(clock, above));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section).ValidateDataAnnotations();
        builder.Services.AddTournaments();
        var desk = new TournamentDesk(builder.Build());
        if (use != DeskUse.Read)
            await desk.host.Services.GetRequiredService<Database>().MigrateAsync(cancellationToken);
        return desk;
    }

    /// <summary>One call of the orchestrator for one tournament (D02), and where it scores it the promotion. Null: there is no such tournament.</summary>
    public async Task<TournamentStep?> TickAsync(Guid tournamentId, DateOnly today, CancellationToken cancellationToken)
    {
        var step = await Orchestrator.TickAsync(tournamentId, today, cancellationToken);
        if (step is { State.Status: TournamentStatus.Scoring })
            await PromoteAsync(tournamentId, confirm: false, cancellationToken);
        return step;
    }

    /// <summary>Scores a tournament that is scoring, and sees to its winner. Null: it is not scoring.</summary>
    public async Task<TournamentOutcome?> ScoreAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        var outcome = await Orchestrator.ScoreAsync(tournamentId, cancellationToken);
        if (outcome is not null)
            await PromoteAsync(tournamentId, confirm: false, cancellationToken);
        return outcome;
    }

    /// <summary>Goes on with a promotion that is open; in a pause after a fault it waits for the end of that, like a server's.</summary>
    public async Task<StoredPromotion> GoOnPromotingAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await Promoter.TryNextAsync(tournamentId, cancellationToken);
        return (await Promotions.FindAsync(tournamentId, cancellationToken))!;
    }

    /// <summary>Makes a tournament's winner the next baseline: a person asks for it, so no pause is waited for, and what was held is tried again.</summary>
    /// <param name="tournamentId">Whose winner it is.</param>
    /// <param name="confirm">It is right all the same, although the baseline was invalid (D14).</param>
    /// <param name="cancellationToken">Hands the promotion back unharmed.</param>
    /// <returns>Null: there is no such tournament.</returns>
    public async Task<PromotionReport?> PromoteAsync(Guid tournamentId, bool confirm, CancellationToken cancellationToken)
    {
        var report = await Promoter.PromoteAsync(tournamentId, confirm, cancellationToken);
        await host.Services.GetRequiredService<TournamentTidier>().TidyAsync(cancellationToken);   // the old baseline runs nowhere any more
        return report;
    }

    /// <summary>Works until no run of the tournament is without a result, or until a fault of ours holds it; whoever else works on it is waited for. Who calls it believes that it can go on: no pause is waited for.</summary>
    public async Task<OpenRuns> WorkAsync(Guid tournamentId, Func<Task>? afterEach, CancellationToken cancellationToken)
    {
        var (worker, runs) = (host.Services.GetRequiredService<TournamentWorker>(), host.Services.GetRequiredService<TournamentRunStore>());
        var (clock, options) = (host.Services.GetRequiredService<TimeProvider>(), host.Services.GetRequiredService<IOptions<TournamentOptions>>().Value);
        var before = await runs.OpenAsync(tournamentId, cancellationToken);
        await runs.RetryNowAsync(tournamentId, clock.GetUtcNow(), cancellationToken);
        while (true)
        {
            await worker.RescueAsync(cancellationToken);
            while (await worker.RunNextAsync(tournamentId, cancellationToken))
            {
                if (afterEach is not null)
                    await afterEach();
            }
            var open = await runs.OpenAsync(tournamentId, cancellationToken);
            if (open.Count == 0 || open.IsHeldAfter(before.Attempts))
                return open;
            if (open.Machine is { } other && other != worker.Machine)
                return open with { Fault = $"its runs are made by the machine {other}, since times of two machines do not compare; 'agon tournament move' brings it to another" };
            await Task.Delay(options.PollEvery, clock, cancellationToken);
        }
    }

    /// <summary>Runs one participant alone on a dataset, under the rules of a tournament, and stores the run without one (S007).</summary>
    /// <param name="type">Which outputs are judged.</param>
    /// <param name="hotkey">Under which name it is stored.</param>
    /// <param name="source">What is run.</param>
    /// <param name="dataset">A folder with ground truth.</param>
    /// <param name="slot">What the dataset is of.</param>
    /// <param name="limitSeconds">From the start of its process.</param>
    /// <param name="cancellationToken">Ends it; then nothing is stored.</param>
    /// <exception cref="PlatformFaultException">Our fault, and nothing is stored.</exception>
    public async Task<(Guid RunId, RunResult Result)> TryAsync(
        ImageType type, string hotkey, ParticipantSource source, string dataset, Slot slot, double limitSeconds, CancellationToken cancellationToken)
    {
        var maker = await TournamentServices.RunMakerAsync(host.Services, cancellationToken);
        var result = await maker.TryAsync(dataset, new Entry(type, source, slot, limitSeconds, $"{Guid.NewGuid():N}"), cancellationToken);
        var now = host.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        return (await host.Services.GetRequiredService<TrialStore>().RecordAsync(type, hotkey, source, slot, result, now, cancellationToken), result);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            host.Dispose();
    }
}
