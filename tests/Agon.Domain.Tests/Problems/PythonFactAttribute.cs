namespace Agon.Domain.Tests.Problems;

/// <summary>A test that asks a real Python; skipped, and seen to be, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    public PythonFactAttribute() => Skip = File.Exists(Interpreter) ? null : $"needs {Interpreter}";
}
