using Agon.Domain.Health;
using static Agon.Domain.Health.FindingStatus;

namespace Agon.Cli.Doctor;

/// <summary>What a fact about this machine means for contests, and what cures it. No fact is read here.</summary>
internal static class DoctorRules
{
    private const double Gibibyte = 1 << 30;

    // What an entry may use unless a device says otherwise.
    private const long EntryMemory = 4L << 30;
    private const long LeastMemory = 512L << 20;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);
    private static readonly string[] SteadySources = ["tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page", "xen"];

    public static Finding Cores(int count) => count > 1
        ? new("cores", Ok, $"{count} processors")
        : new("cores", Warning, "one processor: server, database and entries disturb each other", "give the machine a second one, and keep it for entries: AGON__Devices__CPU__Cores=1 agon serve");

    /// <param name="available">Bytes that programs could still get.</param>
    public static Finding Memory(long available)
    {
        var detail = FormattableString.Invariant($"{available / Gibibyte:F1} GiB are available");
        return available switch
        {
            < LeastMemory => new("memory", Problem, detail, "stop what else runs here: ps aux --sort=-rss | head"),
            < EntryMemory => new("memory", Warning, $"{detail}, less than an entry may use", $"AGON__Devices__CPU__MemoryBytes={available / 2} agon serve, or stop what else runs here: ps aux --sort=-rss | head"),
            _ => new("memory", Ok, detail),
        };
    }

    /// <param name="governor">Null where the machine has no say in it.</param>
    public static Finding Governor(string? governor) => governor switch
    {
        null => new("governor", Ok, "the clock rate cannot be steered here"),
        "performance" => new("governor", Ok, "performance"),
        _ => new("governor", Warning, $"{governor}: the clock rate follows the load, and so do times", "cpupower frequency-set -g performance"),
    };

    /// <param name="average">Of the last minute.</param>
    /// <param name="cores">How many processors share it.</param>
    public static Finding Load(double average, int cores)
    {
        var detail = FormattableString.Invariant($"{average:F1} over the last minute on {cores} processors");
        return average > cores * 0.5
            ? new("load", Warning, detail, "run nothing else during a contest: top -b -n 1 -o %CPU | head -20")
            : new("load", Ok, detail);
    }

    /// <param name="source">The kernel's, such as tsc.</param>
    public static Finding ClockSource(string? source) => source is null || SteadySources.Contains(source)
        ? new("clock source", Ok, source ?? "the kernel does not name it")
        : new("clock source", Warning, $"{source}: slow and coarse to read", "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource, if the kernel lists it beside as available_clocksource");

    /// <param name="service">The program that keeps the time; null if none was seen.</param>
    public static Finding TimeService(string? service) => service is not null
        ? new("time service", Ok, service)
        : new("time service", Warning, "nobody is seen to keep this clock in step; leases depend on it where there are several machines", "apt-get install chrony");

    /// <param name="lead">How far this clock is ahead of the database's; null where both are one.</param>
    public static Finding Clock(TimeSpan? lead) => lead switch
    {
        null => new("clock", Ok, "the database has this machine's"),
        { } by when by.Duration() > ClockTolerance => new("clock", Problem, FormattableString.Invariant($"{by.TotalSeconds:+0.0;-0.0} s ahead of the database's: leases end too early or too late"), "chronyc makestep, on both machines"),
        { } by => new("clock", Ok, FormattableString.Invariant($"{by.TotalSeconds:+0.000;-0.000} s ahead of the database's")),
    };

    /// <param name="settings">PostgreSQL's settings by name; empty on SQLite, where Agon sets them itself.</param>
    public static Finding Durability(IReadOnlyDictionary<string, string> settings)
    {
        var off = settings.Where(setting => setting.Value == "off").Select(setting => setting.Key).Order().ToList();
        return off.Count == 0
            ? new("durability", Ok, "a commit is on the disk before it is answered")
            : new("durability", Warning, $"{string.Join(", ", off)} off: what was accepted can be lost in a crash", string.Join("; ", off.Select(name => $"ALTER SYSTEM SET {name} = on")) + "; SELECT pg_reload_conf()");
    }

    /// <summary>A program that some tasks need.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="path">Where it is; null if it is nowhere.</param>
    /// <param name="needed">Whether tasks of this machine could need it.</param>
    /// <param name="missing">What does not work without it.</param>
    /// <param name="cure">How to get it.</param>
    public static Finding Tool(string name, string? path, bool needed, string missing, string cure) => (path, needed) switch
    {
        ({ } found, _) => new(name, Ok, found),
        (null, true) => new(name, Warning, $"not found: {missing}", cure),
        _ => new(name, Ok, "not found, and not needed without such a device"),
    };

    /// <param name="version">Of the engine that answers; null if none does.</param>
    /// <param name="why">Why none does.</param>
    /// <param name="host">DOCKER_HOST; null if it is not set.</param>
    /// <param name="hasTournaments">Whether the database holds a tournament that is not over.</param>
    public static Finding ContainerEngine(string? version, string? why, string? host, bool hasTournaments) => (version, host, hasTournaments) switch
    {
        ({ } found, _, _) => new("container engine", Ok, $"docker {found}"),
        // Who names one means to use it.
        (null, { } named, _) => new("container engine", Warning, $"none answers at DOCKER_HOST, {named}: {why}", "correct it: export DOCKER_HOST=unix:///var/run/docker.sock; or take the usual one: unset DOCKER_HOST"),
        (null, null, true) => new("container engine", Warning, $"none answers, so of a tournament only folders can run here: {why}", "apt-get install docker.io; systemctl start docker; or name one that runs: export DOCKER_HOST=unix:///PATH/TO/docker.sock"),
        _ => new("container engine", Ok, "none answers; only tournaments need one"),
    };

    /// <summary>What to do about a database that did not answer as it should.</summary>
    /// <param name="sqlState">What PostgreSQL calls it; null where it said nothing.</param>
    public static string PostgresCure(string? sqlState) => sqlState switch
    {
        "42P01" => "agon db migrate",
        "3D000" => "correct the name in DATABASE_URL, or make the database: createdb NAME, with the host and an owner of it; then agon db migrate",
        "28P01" or "28000" => "correct the user and password in DATABASE_URL, or let that user in (pg_hba.conf)",
        "42501" or "25006" => "give the user of DATABASE_URL the right to write, or name the one who owns the tables",
        "53100" => "make room on the database's disk (du -xh of its data folder | sort -h | tail), and start it if it has stopped",
        "53300" => "raise max_connections, or lower Maximum Pool Size of the servers",
        _ => "start the database, or correct DATABASE_URL; then agon db migrate",
    };

    /// <param name="variation">Standard deviation by mean of the times of one fixed loop.</param>
    /// <param name="worst">The longest by the median.</param>
    public static Finding Noise(double variation, double worst)
    {
        var detail = FormattableString.Invariant($"a fixed loop varies by {variation * 100:F1} %, the worst took {worst:F2} times the median");
        return variation switch
        {
            <= 0.02 => new("noise", Ok, $"quiet: {detail}"),
            <= 0.10 => new("noise", Warning, $"restless: {detail}", "keep cores for entries: AGON__Devices__CPU__Slots=1 AGON__Devices__CPU__Cores=1 agon serve"),
            _ => new("noise", Warning, $"loud: {detail}; wall times mean little here", "stop what else runs here (top -b -n 1 -o %CPU | head -20), and keep cores for entries: AGON__Devices__CPU__Slots=1 AGON__Devices__CPU__Cores=1 agon serve"),
        };
    }
}
