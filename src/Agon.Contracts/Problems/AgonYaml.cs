using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary>agon.yml: Agon's own settings of a task.</summary>
internal static class AgonYaml
{
    /// <summary>An empty file has every default.</summary>
    public static AgonSettings Read(string file, YamlNode? root)
    {
        if (root is null)
            return new AgonSettings();
        var fields = new YamlFields(file, "", root);
        fields.RefuseUnknown("min_isolation");
        if (!fields.Has("min_isolation"))
            return new AgonSettings();
        var word = fields.Text("min_isolation");
        return new AgonSettings
        {
            MinIsolation = IsolationWord.Parse(word)
                ?? throw fields.Wrong("min_isolation", $"is {ProblemFileException.Shown(word)}; it must be none, weak, standard or strong"),
        };
    }
}
