using Agon.Server.Jobs;
using Agon.Server.Tournaments;
using Microsoft.Extensions.Hosting;

namespace Agon.Server;

/// <summary>Workers alone: they run jobs of a database that other servers fill.</summary>
public static class AgonWorker
{
    /// <summary>A worker that is ready to start; starting it brings the database up to date.</summary>
    /// <exception cref="InvalidDataException"><c>agon.json</c> in the data folder cannot be read.</exception>
    public static IHost Build(ServerSettings settings) => Build(settings, Surroundings.Real);

    internal static IHost Build(ServerSettings settings, Surroundings surroundings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Agon.Server" });
        builder.AddAgon(settings, surroundings);
        builder.Services.AddWorkers();
        builder.Services.AddTournaments();
        builder.Services.AddTournamentLoops();
        return builder.Build();
    }
}
