using System.Runtime.InteropServices;
using Agon.Domain.Runs;

namespace Agon.Evaluation.Kernels;

/// <summary>What this machine is, as reports say it.</summary>
internal static class Machine
{
    public static SystemInfo Describe(string gpu, string runtime, Isolation isolation) => new()
    {
        Gpu = gpu,
        DeviceCount = Math.Max(GpuCount(), gpu.Length > 0 ? 1 : 0),
        Cpu = CpuModel(),
        Runtime = runtime,
        Platform = $"{FirstLine("/proc/sys/kernel/ostype")}-{FirstLine("/proc/sys/kernel/osrelease")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
        Hostname = Environment.MachineName,
        Isolation = isolation,
    };

    private static readonly string[] DriverNodes = ["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/kfd"];

    /// <summary>How many GPUs the kernel shows: NVIDIA's devices, else AMD's.</summary>
    public static int GpuCount() => NvidiaCards().Count() is > 0 and var count ? count : AmdNodes();

    /// <summary>The device nodes through which a program uses this machine's GPUs; empty where it has none.</summary>
    public static IReadOnlyList<string> GpuNodes() =>
    [
        .. NvidiaCards(),
        .. DriverNodes.Where(File.Exists),
        .. Directory.Exists("/dev/dri") ? Directory.EnumerateFileSystemEntries("/dev/dri", "renderD*") : [],
    ];

    private static IEnumerable<string> NvidiaCards() => Directory.EnumerateFileSystemEntries("/dev", "nvidia*")
        .Where(path => path.AsSpan("/dev/nvidia".Length) is { Length: > 0 } number && !number.ContainsAnyExceptInRange('0', '9'));

    // Processors are nodes too; their id is 0.
    private static int AmdNodes() => Directory.Exists("/sys/class/kfd/kfd/topology/nodes")
        ? Directory.EnumerateDirectories("/sys/class/kfd/kfd/topology/nodes").Count(node => FirstLine(Path.Combine(node, "gpu_id")) is not ("" or "0"))
        : 0;

    // ARM kernels name no model: then the report says nothing.
    private static string CpuModel()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
                ? line[(line.IndexOf(':') + 1)..].Trim()
                : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string FirstLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault() ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
