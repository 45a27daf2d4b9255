using Agon.Cli.Storage;
using Agon.Domain.Health;
using Agon.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Agon.Cli.Doctor;

/// <summary>Whether a server could start with the settings of this place and this environment.</summary>
internal static class SettingsCheck
{
    // The settings are looked at, not the database; and a SQLite file would be made.
    private const string NeverAsked = "postgresql://127.0.0.1/agon";

    /// <summary>Builds a server and starts nothing of it: what it would refuse is refused here, in its words.</summary>
    public static async Task<Finding> FindAsync(DataPlace place)
    {
        var file = Path.Combine(place.Folder, "agon.json");
        try
        {
            await using var server = AgonServer.Build(new ServerSettings
            {
                DataFolder = place.Folder,
                DatabaseUrl = NeverAsked,
                RunnerPath = Path.Combine(AppContext.BaseDirectory, "agon-runner"),
            });
            server.Services.GetService<IStartupValidator>()?.Validate();
            return new Finding("settings", FindingStatus.Ok, File.Exists(file) ? file : $"there is no {file}: only the environment's count");
        }
#pragma warning disable CA1031 // Whatever keeps a server from being built, it is a finding.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return new Finding("settings", FindingStatus.Problem, $"no server would start: {WrongSetting.Tell(error) ?? Words(error)}", $"correct {file}, or the variables AGON__... (env | grep AGON__)");
        }
    }

    // Of a file that cannot be read the outer message says which, and the innermost why and where.
    private static string Words(Exception error) =>
        (error is InvalidDataException ? $"{error.Message} {error.GetBaseException().Message}" : error.Message).ReplaceLineEndings(" ").TrimEnd('.');
}
