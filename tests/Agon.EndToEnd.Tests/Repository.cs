namespace Agon.EndToEnd.Tests;

/// <summary>Where things are in this checkout.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built command line, of the same configuration as these tests.</summary>
    public static string Agon { get; } = Built("Agon.Cli", "agon");

    /// <summary>The built benchmarks.</summary>
    public static string Benchmarks { get; } = Built("Agon.Benchmarks", "agon-bench");

    /// <summary>The built soak and load harness.</summary>
    public static string Soak { get; } = Built("Agon.Soak", "agon-soak");

    public static string Problems { get; } = Path.Combine(Root, "tests", "Agon.EndToEnd.Tests", "problems");

    private static string Built(string project, string program) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), program));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Agon.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException("these tests run from a checkout that holds Agon.slnx");
    }
}
