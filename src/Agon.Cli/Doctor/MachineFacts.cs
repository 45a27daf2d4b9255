using System.Globalization;

namespace Agon.Cli.Doctor;

/// <summary>What the kernel and the file system say of this machine.</summary>
internal static class MachineFacts
{
    private static readonly string[] UsualFolders = ["/usr/bin", "/usr/local/bin", "/usr/local/cuda/bin", "/opt/cuda/bin"];
    private static readonly string[] TimeServices = ["chronyd", "ntpd", "openntpd", "systemd-timesyn", "ptp4l"];

    /// <summary>Bytes that programs could still get.</summary>
    public static long AvailableMemory() =>
        Lines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Jobs that wanted a processor, on average over the last minute.</summary>
    public static double Load() => Lines("/proc/loadavg").FirstOrDefault() is { } line ? double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    public static string? Governor() => Lines("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").FirstOrDefault();

    public static string? ClockSource() => Lines("/sys/devices/system/clocksource/clocksource0/current_clocksource").FirstOrDefault();

    public static bool HasNvidia() => File.Exists("/dev/nvidia0");

    /// <summary>The program that keeps this clock in step; null if none is seen.</summary>
    public static string? TimeService() => File.Exists("/run/systemd/timesync/synchronized")
        ? "systemd-timesyncd"
        : Directory.EnumerateDirectories("/proc").Select(process => Lines(Path.Combine(process, "comm")).FirstOrDefault()).FirstOrDefault(TimeServices.Contains);

    /// <summary>Where a program is; null if it is nowhere.</summary>
    public static string? Find(Shell shell, string program) => UsualFolders.Concat((shell.Variable("PATH") ?? "").Split(':'))
        .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];   // not every kernel has it, and a process may have ended
        }
    }
}
