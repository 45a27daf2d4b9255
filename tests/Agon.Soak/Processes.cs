namespace Agon.Soak;

/// <summary>What <c>/proc</c> tells.</summary>
internal static class Processes
{
    public static IEnumerable<int> ChildrenOf(int parent, string name) => All().Where(id => IsChild(id, parent, name));

    /// <summary>Those whose current folder is this one or below: PostgreSQL's all stand in its data, servers and workers in their own.</summary>
    public static IEnumerable<int> StandingIn(string folder) => All().Where(id =>
    {
        try
        {
            return new FileInfo($"/proc/{id}/cwd").LinkTarget is { } place && (place == folder || place.StartsWith(folder + '/', StringComparison.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    public static bool IsAlive(int id) => Stat(id) is { } stat && stat.State != 'Z';

    private static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(int.Parse!);

    private static bool IsChild(int id, int parent, string name) => Stat(id) is { } stat && stat.Parent == parent && stat.Name == name && stat.State != 'Z';

    private static (string Name, char State, int Parent)? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var close = text.LastIndexOf(')');
            var rest = text[(close + 2)..].Split(' ');
            return (text[(text.IndexOf('(') + 1)..close], rest[0][0], int.Parse(rest[1]));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;   // it ended while we looked
        }
    }
}
