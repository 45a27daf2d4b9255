namespace Agon.Contracts.Tests.Problems;

/// <summary>Tests that run a real Python; skipped, and seen to be, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    public PythonTheoryAttribute() => Skip = File.Exists(Interpreter) ? null : $"needs {Interpreter}";
}
