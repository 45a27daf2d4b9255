namespace Agon.Domain.Problems;

/// <summary>The languages that tasks are written in.</summary>
public static class TaskLanguage
{
    public const string Python = "py";

    /// <summary>CUDA, compiled with nvcc.</summary>
    public const string Cuda = "cu";

    /// <summary>C++20, compiled with g++. Agon's own; the contract has no language for processors but Python.</summary>
    public const string Cpp = "cpp";

    public static bool IsKnown(string lang) => lang is Python or Cuda or Cpp;

    public static bool IsCompiled(string lang) => lang is Cuda or Cpp;
}
