using Agon.Evaluation.Containers;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Tournaments;

/// <summary>What the tournament routes stand on, beyond what tournaments are run with.</summary>
internal static class TournamentApiServices
{
    public static void AddTournamentApi(this IServiceCollection services, Surroundings surroundings)
    {
        services.AddSingleton<RegistrationKey>();
        services.AddOptions<RegistrationOptions>().BindConfiguration(RegistrationOptions.Section);
        services.AddSingleton(provider => surroundings.PinSource ?? FromRepository(provider.GetRequiredService<ParticipantSources>()));
    }

    private static PinSource FromRepository(ParticipantSources sources) => async (wanted, cancellationToken) =>
    {
        try
        {
            // A folder of this host is nothing that a request may name.
            var pinned = await sources.PinAsync(wanted.Repository, wanted.Commit, wanted.Repository is null ? wanted.Image : null, folder: null, cancellationToken);
            return (pinned.ToStored(), null);
        }
        catch (SourceRefusedException error)
        {
            return (null, error.Message);
        }
    };
}
