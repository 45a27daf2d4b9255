namespace Agon.Contracts.Problems;

/// <summary>Where the keys of a task.yml stand, for messages about a task that could be read.</summary>
public static class TaskLines
{
    /// <summary>Lines, counted from 1, by top-level key and by list item: <c>tests</c>, <c>tests[2]</c>.</summary>
    /// <inheritdoc cref="TaskFolder.Read(string, string?)"/>
    public static IReadOnlyDictionary<string, int> Of(string folder, string? root = null)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var top = ProblemFiles.Around(folder, root, TaskFolder.TwoUp).ReadYaml(Path.Combine(folder, TaskFolder.TaskFile));
        foreach (var (key, value) in top is YamlMap map ? map.Entries : [])
        {
            lines[key.Text] = key.Line;
            foreach (var (n, item) in value is YamlList list ? list.Items.Index() : [])
                lines[$"{key.Text}[{n}]"] = item.Line;
        }
        return lines;
    }
}
