namespace Agon.Contracts.Problems;

/// <summary>Where the paths of a task.yml start.</summary>
internal sealed class SourceFolder(string folder, ProblemFiles files)
{
    /// <summary>The text of a file that <paramref name="fields"/>' <paramref name="key"/> names.</summary>
    /// <exception cref="ProblemFileException">There is no such file in reach.</exception>
    public string Read(YamlFields fields, string key)
    {
        var path = fields.Text(key);
        try
        {
            return files.ReadSource(Path.Combine(folder, path));
        }
        catch (UnusableFileException error)
        {
            throw fields.Wrong(key, $"{ProblemFileException.Shown(path)} {error.Message}");
        }
    }
}
