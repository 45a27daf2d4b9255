using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Agon.Cli.Http;

/// <summary>
/// The participant's CLI id: AGON_CLI_ID, else the key <c>cli_id</c> of ~/.popcorn.yaml (contract section 3).
/// Never an option, since everybody on a machine can read its command lines.
/// </summary>
internal static class Credentials
{
    /// <summary>The id; null if there is none.</summary>
    /// <exception cref="CommandFailure">The file is there but is not YAML.</exception>
    public static string? Find(Shell shell) => shell.Variable("AGON_CLI_ID") ?? Read(Path.Combine(shell.Home, ".popcorn.yaml"));

    private static string? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var yaml = new YamlStream();
            using var reader = File.OpenText(path);
            yaml.Load(reader);
            return yaml.Documents is [{ RootNode: YamlMappingNode keys }, ..]
                && keys.Children.TryGetValue(new YamlScalarNode("cli_id"), out var id)
                && id is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;
        }
        catch (YamlException error)
        {
            throw CommandFailure.Usage($"{path} is not YAML (line {error.Start.Line}); it should hold one line, cli_id: YOUR-ID");
        }
    }
}
