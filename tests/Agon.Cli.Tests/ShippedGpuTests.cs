using System.Text.RegularExpressions;

namespace Agon.Cli.Tests;

/// <summary>The shipped contests for GPUs, as far as a machine without one can see: no machine of ours has run them.</summary>
public sealed class ShippedGpuTests : IDisposable
{
    private static readonly string Problems = Path.Combine(Contest.Checkout(), "examples", "gpu-problems");

    private readonly TemporaryFolder folder = new();

    [NoGpuTheory]
    [InlineData("transpose-cuda", "this device has no nvcc, so it cannot compile tasks of lang cu|this contest needs an NVIDIA GPU, and none can be used here: .*")]
    [InlineData("softmax-triton", "this contest needs PyTorch, and the device's Python has none|this contest needs a GPU that PyTorch can use, and none can be used here")]
    public async Task A_machine_without_a_gpu_says_what_it_lacks_in_one_line(string contest, string reason)
    {
        var check = await CommandRun.Of(["task", "check", Path.Combine(Problems, contest), "--i-trust-all-submitters"]);
        Assert.Equal(3, check.ExitCode);
        Assert.Matches($"^the entries were not run: ({reason})$", check.OutputLines[0]);
        Assert.Equal("0 errors, 0 warnings", check.OutputLines[1]);

        var entry = Directory.EnumerateFiles(Path.Combine(Problems, contest, "entries"), "correct.*").Single();
        var eval = await CommandRun.Of(["eval", Path.Combine(Problems, contest), entry, "--i-trust-all-submitters"]);
        Assert.NotEqual(0, eval.ExitCode);
        Assert.Matches(reason, eval.Output);
    }

    /// <summary>The CUDA harness and its entries, with the few calls of CUDA that they use played by the processor.</summary>
    [GppTheory]
    [InlineData("correct", "passed")]
    [InlineData("fast", "passed")]
    [InlineData("wrong_edges", "the tests failed on CPU: [rows: 1; seed: 101; columns: 1]")]
    public async Task The_cuda_harness_works_where_the_processor_plays_the_gpu(string entry, string expected)
    {
        Rehearse(entry);
        var role = entry.StartsWith("wrong_", StringComparison.Ordinal) ? entry : "correct";
        File.Move(Path.Combine(folder.Path, "entry.cpp"), Directory.CreateDirectory(Path.Combine(folder.Path, "entries")).FullName + $"/{role}.cpp");
        var run = await CommandRun.Of(["task", "check", folder.Path, "--root", folder.Path, "--i-trust-all-submitters"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.StartsWith($"entries/{role}.cpp: {expected}", run.OutputLines[0], StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    // The same task as lang cpp, with small benchmarks and a stand-in for the CUDA headers.
    private void Rehearse(string entry)
    {
        var contest = Path.Combine(Problems, "transpose-cuda");
        var task = File.ReadAllText(Path.Combine(contest, "task.yml"))
            .Replace("lang: cu", "lang: cpp", StringComparison.Ordinal)
            .Replace(".cu", ".cpp", StringComparison.Ordinal)
            .Replace("CUDA: template.cpp", "C++: task.h", StringComparison.Ordinal)
            .Replace("config:\n", "config:\n  include_dirs: [.]\n", StringComparison.Ordinal)
            .Replace("files:\n", "files:\n  - {name: cuda_runtime.h, source: cuda_runtime.h}\n", StringComparison.Ordinal)
            .Replace("gpus: [H100, A100, B200, L4, T4]", "gpus: [CPU]", StringComparison.Ordinal);
        folder.Write("task.yml", Regex.Replace(task, "rows: [0-9]{4}, columns: [0-9]{4}", "rows: 65, columns: 33"));
        folder.Write("cuda_runtime.h", CudaOnProcessor);
        File.Copy(Path.Combine(contest, "task.h"), Path.Combine(folder.Path, "task.h"));
        folder.Write("eval.cpp", File.ReadAllText(Path.Combine(contest, "eval.cu")).Replace("std::size_t(256) << 20", "std::size_t(1) << 20", StringComparison.Ordinal));
        // The one thing of CUDA's that is no C++.
        folder.Write("entry.cpp", "#include \"cuda_runtime.h\"\n" + Regex.Replace(
            File.ReadAllText(Path.Combine(contest, "entries", $"{entry}.cu")), @"(\w+)<<<(.*)>>>\((.*)\);", "launch($2, [=] { $1($3); });"));
    }

    // Threads of a block run one after the other: enough for kernels that do not wait for each other, so that a kernel with
    // __syncthreads is run twice, the first time for what it puts into its shared memory.
    private const string CudaOnProcessor = """
        #pragma once
        #include <cstdlib>
        #include <cstring>
        #define __global__
        #define __restrict__ __restrict
        #define __shared__ static
        #define __syncthreads() ((void)0)
        using std::size_t;
        enum cudaError_t { cudaSuccess };
        enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
        inline const char* cudaGetErrorString(cudaError_t) { return ""; }
        template <typename T> cudaError_t cudaMalloc(T** to, size_t bytes) { *to = static_cast<T*>(std::malloc(bytes)); return cudaSuccess; }
        inline cudaError_t cudaFree(void* data) { std::free(data); return cudaSuccess; }
        inline cudaError_t cudaMemset(void* data, int byte, size_t bytes) { std::memset(data, byte, bytes); return cudaSuccess; }
        inline cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind) { std::memcpy(to, from, bytes); return cudaSuccess; }
        inline cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) { return cudaMemcpy(to, from, bytes, kind); }
        inline cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }
        inline cudaError_t cudaGetLastError() { return cudaSuccess; }
        inline cudaError_t cudaGetDeviceCount(int* count) { *count = 1; return cudaSuccess; }
        struct dim3 { unsigned x, y = 1, z = 1; };
        inline dim3 gridDim, blockDim, blockIdx, threadIdx;
        template <typename Kernel> void launch(dim3 grid, dim3 block, Kernel kernel) {
            gridDim = grid, blockDim = block;
            for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++)
                for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++)
                    for (int pass = 0; pass < 2; pass++)
                        for (threadIdx.y = 0; threadIdx.y < block.y; threadIdx.y++)
                            for (threadIdx.x = 0; threadIdx.x < block.x; threadIdx.x++) kernel();
        }

        """;
}

/// <summary>A test of a machine without a GPU; skipped, and says so, where there is one.</summary>
internal sealed class NoGpuTheoryAttribute : TheoryAttribute
{
    public NoGpuTheoryAttribute() => Skip = Directory.EnumerateFileSystemEntries("/dev", "nvidia*").Any() ? "this machine has a GPU" : null;
}
