using Agon.Domain.Runs;

namespace Agon.Domain.Health;

/// <summary>What a server's readiness and <c>agon doctor</c> both judge, in one way.</summary>
public static class HealthRules
{
    private const double Gibibyte = 1 << 30;

    // A report has up to 16 MB, and a database that cannot write stops all that it serves.
    private const long DiskIsFull = 256L << 20;
    private const long DiskIsScarce = 2L << 30;

    /// <summary>Room on a disk that Agon writes to.</summary>
    /// <param name="name">Of the finding.</param>
    /// <param name="freeBytes">What is left there.</param>
    /// <param name="folder">One that lies on it.</param>
    public static Finding Disk(string name, long freeBytes, string folder)
    {
        var detail = FormattableString.Invariant($"{freeBytes / Gibibyte:F1} GiB are free");
        // From the top of the disk that is full: du -x leaves out whatever is mounted below where it begins.
        var look = $"du -xh \"$(df --output=target '{folder}' | tail -n 1)\" | sort -h | tail";
        return freeBytes switch
        {
            < DiskIsFull => new Finding(name, FindingStatus.Problem, $"nearly full: {detail}", $"delete or move what is not needed ({look})"),
            < DiskIsScarce => new Finding(name, FindingStatus.Warning, detail, $"make room before it is full ({look})"),
            _ => new Finding(name, FindingStatus.Ok, detail),
        };
    }

    /// <summary>Whether entries can run here, and how well they are kept in.</summary>
    public static Finding Sandbox(Isolation isolation, bool trustAllSubmitters)
    {
        const string name = "sandbox";
        var cure = isolation.Missing.Count == 0 ? null : string.Join("; ", isolation.Missing.Select(missing => $"{missing.Name}: {missing.Cure}"));
        return isolation.Level switch
        {
            IsolationLevel.None when !trustAllSubmitters => new Finding(name, FindingStatus.Problem, "no sandbox can be built here, so nothing runs", cure),
            IsolationLevel.None => new Finding(name, FindingStatus.Warning, "entries run without a sandbox, since all submitters are trusted", cure),
            IsolationLevel.Weak => new Finding(name, FindingStatus.Warning, "isolation is weak: tasks that ask for more do not run here", cure),
            IsolationLevel.Standard => new Finding(name, FindingStatus.Ok, "isolation is standard", cure),
            _ => new Finding(name, FindingStatus.Ok, "isolation is strong"),
        };
    }

    /// <summary>Whether the tables are those that this program was written for.</summary>
    public static Finding Migrations(int missing) => missing == 0
        ? new Finding("migrations", FindingStatus.Ok, "the tables are up to date")
        : new Finding("migrations", FindingStatus.Problem, $"{missing} migrations are missing", "agon db migrate");
}
