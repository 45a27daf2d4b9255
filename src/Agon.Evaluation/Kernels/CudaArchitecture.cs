namespace Agon.Evaluation.Kernels;

/// <summary>What a CUDA program is compiled for (contract section 7.5).</summary>
internal static class CudaArchitecture
{
    /// <summary>The flag for a device of this name, in any case; a device that the contract does not know gets its own processor's code.</summary>
    public static string Flag(string gpu) => Capability(gpu) is { } capability
        ? $"-gencode=arch=compute_{capability},code=sm_{capability}"
        : "-arch=native";

    /// <summary>Whether the device is none of NVIDIA's: CUDA does not run there.</summary>
    public static bool IsForeign(string gpu) => gpu.StartsWith("MI", StringComparison.OrdinalIgnoreCase);

    private static string? Capability(string gpu) => gpu.ToUpperInvariant() switch
    {
        "T4" => "75",
        "A100" => "80",
        "L4" or "L4X4" => "89",
        "H100" => "90a",
        "B200" or "B200_NEBIUS" => "100",
        _ => null,
    };
}
