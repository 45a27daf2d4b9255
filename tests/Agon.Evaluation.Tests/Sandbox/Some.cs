using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>Plausible values.</summary>
internal static class Some
{
    /// <summary>A variable that all processes of one test inherit.</summary>
    internal const string Marker = "AGON_TEST_MARKER";

    internal static string Exploit(string program) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "exploits", "sandbox", program));

    /// <summary>One of the exploits as <c>program.py</c>, with a verdict channel.</summary>
    internal static SandboxSpec Spec(string program) => new()
    {
        Command = ["/usr/bin/python3", "-B", "program.py"],
        Files = new Dictionary<string, string> { ["program.py"] = Exploit(program), ["cases.txt"] = "1 2 3" },
        VerdictChannel = true,
        Limits = new SandboxLimits { WallTime = TimeSpan.FromSeconds(60) },
    };

    /// <summary>A shell script.</summary>
    internal static SandboxSpec Shell(string script) => new()
    {
        Command = ["/bin/sh", "-c", script],
        Limits = new SandboxLimits { WallTime = TimeSpan.FromSeconds(60) },
    };
}
