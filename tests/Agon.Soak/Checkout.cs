namespace Agon.Soak;

/// <summary>Where things are in this checkout: programs of the same configuration as this one.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Agon { get; } = Program("Agon.Cli", "agon");

    public static string Runner { get; } = Program("Agon.Cli", "agon-runner");

    public static string Soak { get; } = Program("Agon.Soak", "agon-soak");

    /// <summary>A contest with short phases.</summary>
    public static string Problems { get; } = Path.Combine(Root, "tests", "Agon.EndToEnd.Tests", "problems");

    public static string StartPostgres { get; } = Path.Combine(Root, "scripts", "start-postgres");

    private static string Program(string project, string name) =>
        Path.Combine(Root, "artifacts", "bin", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Agon.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException("the soak runs from a checkout that holds Agon.slnx");
    }
}
