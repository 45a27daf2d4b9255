using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agon.Cli.Http;

/// <summary>A YAML file in the home folder that says who somebody is, and of Agon's own also where the server is.</summary>
internal sealed class ParticipantFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly Dictionary<string, string> keys;

    private ParticipantFile(Dictionary<string, string> keys) => this.keys = keys;

    public string? Url => keys.GetValueOrDefault("url");

    public string? CliId => keys.GetValueOrDefault("cli_id");

    /// <summary>Of the server's registration routes.</summary>
    public string? RegistrationKey => keys.GetValueOrDefault("registration_api_key");

    /// <summary><c>$XDG_CONFIG_HOME/agon/config.yaml</c>, else the same below <c>~/.config</c>.</summary>
    /// <exception cref="CommandFailure">It is not YAML, or has a key that it does not know: a slip would otherwise go unseen.</exception>
    public static ParticipantFile OfAgon(Shell shell)
    {
        var path = Path.Combine(shell.Variable("XDG_CONFIG_HOME") ?? Path.Combine(shell.Home, ".config"), "agon", "config.yaml");
        var file = Read(shell, path, "url: http://127.0.0.1:8000, cli_id: YOUR-ID");
        return file.keys.Keys.FirstOrDefault(key => key is not ("url" or "cli_id" or "registration_api_key")) is { } unknown
            ? throw CommandFailure.Usage($"{path}: '{unknown}' is not a setting; url, cli_id and registration_api_key are")
            : file;
    }

    /// <summary><c>~/.popcorn.yaml</c> (contract section 3), whatever else may stand in it.</summary>
    /// <exception cref="CommandFailure">It is not YAML.</exception>
    public static ParticipantFile OfPopcorn(Shell shell) => Read(shell, Path.Combine(shell.Home, ".popcorn.yaml"), "cli_id: YOUR-ID");

    private static ParticipantFile Read(Shell shell, string path, string example)
    {
        if (!File.Exists(path))
            return new ParticipantFile([]);
        try
        {
            var yaml = new YamlStream();
            using var reader = File.OpenText(path);
            yaml.Load(reader);
            var file = new ParticipantFile(yaml.Documents is [{ RootNode: YamlMappingNode keys }, ..] ? Scalars(keys) : []);
            if ((file.CliId ?? file.RegistrationKey) is not null && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                shell.Say($"note: others on this machine may read your {(file.CliId is null ? "key" : "id")} in {path}; 'chmod 600 {path}' keeps it yours");
            return file;
        }
        catch (YamlException error)
        {
            throw NotYaml(error.Start.Line);
        }
        // The parser's own slips on odd text.
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IndexOutOfRangeException
            or FormatException or OverflowException or NullReferenceException or KeyNotFoundException)
        {
            throw NotYaml(1);
        }

        CommandFailure NotYaml(long line) => CommandFailure.Usage($"{path} is not YAML (line {line}); it should hold {example}");
    }

    private static Dictionary<string, string> Scalars(YamlMappingNode keys)
    {
        var scalars = new Dictionary<string, string>();
        foreach (var (key, value) in keys)
        {
            if (key is YamlScalarNode { Value: { } name } && value is YamlScalarNode { Value: { Length: > 0 } text })
                scalars[name] = text;
        }
        return scalars;
    }
}
