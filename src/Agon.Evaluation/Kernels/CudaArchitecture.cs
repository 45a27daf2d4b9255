using Agon.Domain.Problems;

namespace Agon.Evaluation.Kernels;

/// <summary>What a CUDA program is compiled for (contract section 7.5).</summary>
internal static class CudaArchitecture
{
    /// <summary>The flag for a device of this name; a device that the contract does not know gets its own processor's code.</summary>
    public static string Flag(string gpu) => GpuTable.Capability(gpu) is { } capability
        ? $"-gencode=arch=compute_{capability},code=sm_{capability}"
        : "-arch=native";
}
