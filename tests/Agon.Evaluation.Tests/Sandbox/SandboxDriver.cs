namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>
/// A runner that tests can kill: <c>dotnet Agon.Evaluation.Tests.dll WALLS PROGRAM MARKER</c> runs an exploit and
/// prints each line of its verdict.
/// </summary>
internal static class SandboxDriver
{
    internal static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["probe"])
        {
            Console.WriteLine((await Agon.Evaluation.Sandbox.SandboxHost.ProbeAsync(CancellationToken.None)).Isolation);
            return 0;
        }

        if (arguments is not [var walls, var program, var marker]) return 2;
        var spec = Some.Spec(program) with { Environment = new Dictionary<string, string> { [Some.Marker] = marker } };
        // Also on the command line, where the half-built sandbox shows it too; not as it stands on our own.
        spec = spec with { Command = [.. spec.Command, $"inside-{marker}"] };
        var result = await (await Walls.HostAsync(walls)).RunAsync(spec, Console.WriteLine, CancellationToken.None);
        Console.WriteLine(result.End);
        return 0;
    }
}
