using System.Diagnostics;

namespace Agon.Storage.Tests.Worlds;

/// <summary>A real PostgreSQL: the one that AGON_PG names, else the project's own private one.</summary>
internal static class PostgresServer
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);
    private static readonly Lazy<(string? Address, string? Missing)> Found = new(Find);

    /// <summary>Npgsql settings of a database in which CREATE DATABASE is allowed.</summary>
    public static string Address => Found.Value.Address ?? throw new InvalidOperationException(Found.Value.Missing);

    /// <summary>Why there is none; null if there is one.</summary>
    public static string? Missing => Found.Value.Missing;

    private static (string?, string?) Find()
    {
        if (Environment.GetEnvironmentVariable("AGON_PG") is { Length: > 0 } given)
            return (given, null);

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "scripts", "start-postgres")))
            root = root.Parent;
        if (root is null)
            return (null, "PostgreSQL: AGON_PG is not set and scripts/start-postgres is not above the tests");

        // The script prints lines for a shell, so a shell reads them.
        using var script = Process.Start(new ProcessStartInfo("bash", ["-c", "eval \"$(scripts/start-postgres)\" && printf %s \"${AGON_PG:-}\""])
        {
            WorkingDirectory = root.FullName,
            RedirectStandardOutput = true,
        })!;
        var address = script.StandardOutput.ReadToEndAsync();
        if (!script.WaitForExit(StartTimeout) || script.ExitCode != 0 || address.Result.Length == 0)
            return (null, "PostgreSQL: AGON_PG is not set and scripts/start-postgres could not start one");
        return (address.Result, null);
    }
}
