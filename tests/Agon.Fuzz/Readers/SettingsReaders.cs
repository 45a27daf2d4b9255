using Agon.Cli.Servers;
using Agon.Server;
using Agon.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What operators write.</summary>
internal static class SettingsReaders
{
    private const string Settings = """
        {"Jobs": {"Lease": "00:00:30", "HeartbeatEvery": "00:00:05", "MinWorkers": 1, "MaxWorkers": 4, "Machine": "one"},
         "Devices": {"CPU": {"Slots": 2, "Cores": [0, 1], "MemoryBytes": 1000000, "Processes": 5}}, "Drain": {"Notice": "00:00:01", "Grace": "00:00:02"},
         "Admin": {"Token": "0123456789abcdef"}, "Logging": {"LogLevel": {"Default": "None"}}}
        """;

    public static IEnumerable<Target> In(ScratchFolder scratch)
    {
        var folder = scratch.Of("settings");
        yield return Target.Reader("agon.json", Texts(Settings), bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, "agon.json"), bytes);
            return IsServer(folder);
        });
        yield return Target.Reader<FormatException>("database address", Texts(
            "postgresql://agon:pa%40ss@db.local:5432/agon?sslmode=require&connect_timeout=5&application_name=x", "Host=localhost;Port=5432;Username=agon;Password='a;b';Database=agon"),
            bytes => DatabaseAddress.Parse(Text(bytes)));
    }

    // As agon serve does, up to the point where it would listen: these exceptions become one line there.
    private static bool IsServer(string folder)
    {
        try
        {
            var app = AgonServer.Build(new ServerSettings { DataFolder = folder, Urls = ["http://127.0.0.1:0"], RunnerPath = "/bin/false" });
            try
            {
                app.Services.GetRequiredService<IStartupValidator>().Validate();
                return true;
            }
            finally
            {
                app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or ArgumentException or OptionsValidationException || ServerCommands.IsOfWrongKind(error))
        {
            return false;
        }
    }
}
