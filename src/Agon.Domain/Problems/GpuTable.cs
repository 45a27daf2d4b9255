namespace Agon.Domain.Problems;

/// <summary>The devices that the contract names (section 7.5), in any case; others are known to their operator alone.</summary>
public static class GpuTable
{
    /// <summary>The CUDA compute capability to compile for; null is that of the processor which is there.</summary>
    public static string? Capability(string gpu) => gpu.ToUpperInvariant() switch
    {
        "T4" => "75",
        "A100" => "80",
        "L4" or "L4X4" => "89",
        "H100" => "90a",
        "B200" or "B200_NEBIUS" => "100",
        _ => null,
    };

    /// <summary>Why a task of this language does not run on the device; null if nothing speaks against it.</summary>
    public static string? Refusal(string lang, string gpu) => lang == TaskLanguage.Cuda && IsAmd(gpu)
        ? $"{gpu} does not run CUDA, so it cannot run tasks of lang cu"
        : null;

    /// <summary>Whether the device is the processor: its name begins with CPU.</summary>
    public static bool IsProcessor(string gpu) => gpu.StartsWith("CPU", StringComparison.OrdinalIgnoreCase);

    private static bool IsAmd(string gpu) => gpu.StartsWith("MI", StringComparison.OrdinalIgnoreCase);
}
