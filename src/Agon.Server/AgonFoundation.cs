using Agon.Evaluation.Datasets;
using Agon.Server.Devices;
using Agon.Server.Telemetry;
using Agon.Server.Tournaments;
using Agon.Storage;
using Agon.Storage.Accounts;
using Agon.Storage.Jobs;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agon.Server;

/// <summary>What a server and a worker both stand on: settings, log, clock, database.</summary>
internal static class AgonFoundation
{
    /// <summary>Environment variables that carry settings begin so: <c>AGON__Jobs__Lease</c> is <c>Jobs:Lease</c>.</summary>
    private const string EnvironmentPrefix = "AGON__";

    private static readonly TimeSpan TimeToLetGo = TimeSpan.FromSeconds(20);

    /// <summary>Settings that have names of their own in the contract (section 15); the general way wins.</summary>
    internal static readonly (string Variable, string Setting)[] ContractVariables =
    [
        ("ADMIN_TOKEN", "Admin:Token"), ("PROBLEM_DEV_DIR", "Problems:DevFolder"),
        // Of the tournament contract (1.8).
        ("REGISTRATION_API_KEY", "Registration:Key"), ("BENCHMARK_DATA_PATH", "Tournaments:DatasetFolder"), ("BASELINE_ANALYTICS_REPO", "Tournaments:BaselineAnalyticsRepository"), ("BASELINE_ML_REPO", "Tournaments:BaselineMlRepository"),
        ("GITHUB_TOKEN", "Tournaments:GithubToken"),
        .. S3Settings.Variables.Select(name => (name, name)),
        ("BENCHMARK_MEMORY_LIMIT", "Tournaments:MemoryLimit"), ("BENCHMARK_MAX_EXECUTION_TIME", "Tournaments:MaxExecutionTime"), ("TOURNAMENT_MAX_PARTICIPANTS", "Tournaments:MaxParticipants"),
        ("TOURNAMENT_EPOCH_DAYS", "Tournaments:EpochDays"), ("TOURNAMENT_TEST_NETWORKS", "Tournaments:TestNetworks"), ("TOURNAMENT_TEST_WINDOWS", "Tournaments:TestWindows"),
    ];

    // The pool of threads begins with one a processor, and then adds one in half a second or more.
    private const int SqliteThreads = 4;

    // Npgsql keeps 100 connections unless the address says otherwise; the rest is for health, timers and runners.
    private const int PostgresThreads = 128;

    public static void AddAgon(this IHostApplicationBuilder builder, ServerSettings settings, Surroundings surroundings)
    {
        MakeSureOfThreads(string.IsNullOrWhiteSpace(settings.DatabaseUrl) ? SqliteThreads : PostgresThreads);
        AddConfiguration(builder.Configuration, settings, surroundings);
        builder.AddLog();
        builder.AddTelemetry();

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(surroundings);
        services.AddSingleton(surroundings.Clock);
        services.AddSingleton(_ => Database.Open(settings.DataFolder, settings.DatabaseUrl));
        services.AddSingleton<UserStore>().AddSingleton<LeaderboardStore>().AddSingleton<InviteStore>();
        services.AddSingleton<SubmissionStore>().AddSingleton<RateLimitStore>().AddSingleton<IntakeStore>().AddSingleton<StatsStore>();
        services.AddSingleton<FutureRows>();
        services.AddSingleton(provider => new JobStore(provider.GetRequiredService<Database>()) { ChecksLeases = surroundings.ChecksLeases });
        services.AddSingleton<News>().AddSingleton<DatabaseOutage>();
        services.AddOptionsWithValidateOnStart<DeviceOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(DeviceOptions.Section).Bind(options.Devices))
            .PostConfigure(options => options.UseDefault())
            .ValidateDataAnnotations();
        services.AddHostedService<DatabasePreparation>();
        services.AddOptionsWithValidateOnStart<DrainOptions>().BindConfiguration(DrainOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<Drain>();
        services.AddOptions<HostOptions>().Configure<IOptions<DrainOptions>>((host, drain) =>
        {
            // Each holds its own work; one that is slow to let go must not eat up the others' time.
            host.ServicesStopConcurrently = true;
            host.ShutdownTimeout = drain.Value.Notice + drain.Value.Grace + TimeToLetGo;
        });
    }

    // SQLite waits for the disk inside the call, and Npgsql holds a thread for ten seconds to call off a statement that PostgreSQL does not
    // answer. With too few, everybody waits behind them, who asks nothing of the database, too.
    private static void MakeSureOfThreads(int least)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, least), ports);
    }

    private static void AddConfiguration(IConfigurationManager configuration, ServerSettings settings, Surroundings surroundings)
    {
        if (settings.DataFolder is { } folder)
            configuration.AddJsonFile(Path.Combine(Path.GetFullPath(folder), "agon.json"), optional: true, reloadOnChange: false);
        configuration.AddInMemoryCollection(ContractVariables
            .Select(known => KeyValuePair.Create(known.Setting, Environment.GetEnvironmentVariable(known.Variable)))
            .Where(set => set.Value is { Length: > 0 }));
        configuration.AddEnvironmentVariables(EnvironmentPrefix);
        configuration.AddInMemoryCollection(TelemetryServices.Variables());
        configuration.AddInMemoryCollection(surroundings.Settings);
    }
}

/// <summary>What a test puts in place of the machine's: the clock, and settings above all others.</summary>
internal sealed record Surroundings(TimeProvider Clock, IReadOnlyDictionary<string, string?> Settings)
{
    /// <summary>See <see cref="JobStore.ChecksLeases"/>.</summary>
    public bool ChecksLeases { get; init; } = true;

    /// <summary>False in one self-test alone, which shows that the database refuses what a worker brings that never doubts its leases.</summary>
    public bool DoubtsLeases { get; init; } = true;

    /// <summary>How registrations' code is found; null: from its repository.</summary>
    public PinSource? PinSource { get; init; }

    public static Surroundings Real { get; } = new(TimeProvider.System, new Dictionary<string, string?>());
}
