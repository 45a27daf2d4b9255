using Agon.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agon.Server;

/// <summary>The first line that an operator looks for.</summary>
internal static partial class Announcement
{
    public static void AnnounceOnStart(this WebApplication app)
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(() =>
            LogListening(app.Logger, string.Join(", ", app.Urls), app.Services.GetRequiredService<Database>().Place));
    }

    [LoggerMessage(101, LogLevel.Information, "Listening on {Urls}, data in {Place}")]
    private static partial void LogListening(ILogger logger, string urls, string place);
}
