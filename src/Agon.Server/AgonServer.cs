using System.Text;
using Agon.Server.Accounts;
using Agon.Server.Admin;
using Agon.Server.Health;
using Agon.Server.Http;
using Agon.Server.Jobs;
using Agon.Server.Leaderboards;
using Agon.Server.Limits;
using Agon.Server.Pages;
using Agon.Server.Problems;
using Agon.Server.Submissions;
using Agon.Server.Telemetry;
using Agon.Server.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Agon.Server;

/// <summary>The whole server: HTTP, pages, live streams, and the workers that run jobs.</summary>
public static class AgonServer
{
    // In bytes, of pages that are kept for a moment.
    private const long PagesKept = 16 << 20;

    // Clients poll every 5 s on pooled connections that they keep for 90 s (contract section 1).
    private static readonly TimeSpan IdleConnection = TimeSpan.FromMinutes(10);

    /// <summary>A server that is ready to start; starting it brings the database up to date.</summary>
    /// <exception cref="InvalidDataException"><c>agon.json</c> in the data folder cannot be read.</exception>
    public static WebApplication Build(ServerSettings settings) => Build(settings, Surroundings.Real);

    internal static WebApplication Build(ServerSettings settings, Surroundings surroundings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Agon.Server" });

        // 1. Settings, database, clock, log; then the workers.
        builder.Services.AddHostedService<SoleServer>();
        builder.AddAgon(settings, surroundings);
        builder.Services.AddWorkers();
        builder.Services.AddTournaments();
        builder.Services.AddTournamentLoops();

        // 2. HTTP.
        builder.WebHost.UseKestrelCore().UseUrls([.. settings.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Any bytes may come there, and those that are no text are a wrong token or key, too.
            kestrel.RequestHeaderEncodingSelector = name =>
                name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase) || name.Equals(RegistrationKey.Header, StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null;
            kestrel.Limits.KeepAliveTimeout = IdleConnection;
        });
        builder.Services.AddLimits();
        builder.Services.AddHostedService<DrainNotice>();
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(json => AgonAnswer.Configure(json.SerializerOptions));
        builder.Services.AddApiDocument();
        builder.Services.AddSingleton<LeaderboardAccess>();
        builder.Services.AddSubmissions();
        builder.Services.AddSingleton<BoardVersions>().AddSingleton<BoardCache>();
        builder.Services.AddTournamentApi(surroundings);
        builder.Services.AddOutputCache(cache => (cache.SizeLimit, cache.MaximumBodySize) = (PagesKept, PagesKept / 8));
        builder.Services.AddSingleton<AdminLog>().AddSingleton<ProblemFolders>().AddSingleton<ProblemSync>();
        builder.Services.AddOptions<ProblemOptions>().BindConfiguration(ProblemOptions.Section);
        builder.Services.AddOptionsWithValidateOnStart<AdminOptions>().BindConfiguration(AdminOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<Readiness>();

        // 3. What every request passes, from the outside in.
        var app = builder.Build();
        app.UseSafeHeaders();
        app.UseErrors();
        app.UseGoodbye();
        app.UseRouting();
        app.UseLimits();
        app.UseAccessPolicies();
        app.UseOutputCache();

        // 4. The rooms.
        app.MapHealth();
        app.MapLeaderboards();
        app.MapSubmissions();
        app.MapJoin();
        app.MapTournaments();
        app.MapRegistration();
        app.MapAdmin();
        app.MapRunnerQueue();
        app.MapPages();
        app.MapApiDocument();
        app.AnnounceOnStart();
        app.MeasureStreams();
        return app;
    }
}
