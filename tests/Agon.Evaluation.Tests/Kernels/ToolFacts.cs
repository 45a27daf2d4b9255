namespace Agon.Evaluation.Tests.Kernels;

/// <summary>A test that needs a program of this machine; skipped, and says so, where it is not installed.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] programs) =>
        Skip = programs.FirstOrDefault(program => !File.Exists(program)) is { } missing ? $"{missing} is not installed" : null;
}

/// <inheritdoc cref="ToolFactAttribute"/>
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(params string[] programs) =>
        Skip = programs.FirstOrDefault(program => !File.Exists(program)) is { } missing ? $"{missing} is not installed" : null;
}
