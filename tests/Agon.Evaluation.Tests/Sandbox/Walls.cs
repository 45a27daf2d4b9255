using Agon.Domain.Runs;
using Agon.Evaluation.Processes;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>The ways to build a sandbox, by the names that tests and their skips use.</summary>
internal static class Walls
{
    internal const string Bubblewrap = "bubblewrap";
    internal const string BubblewrapWithoutGroups = "bubblewrap without control groups";
    internal const string Unshare = "unshare";
    internal const string Nothing = "no walls";

    /// <summary>Why these walls cannot be had on this machine; null if they can.</summary>
    internal static string? WhyNot(string walls) => Reasons[walls].Value;

    internal static async Task<SandboxHost> HostAsync(string walls)
    {
        var builder = await BuilderAsync(walls) ?? throw new InvalidOperationException($"{walls} is not on this machine");
        return new SandboxHost(builder, GroupsFor(walls), new Isolation(IsolationLevel.None, walls, []));
    }

    internal static async Task<IBoxBuilder?> BuilderAsync(string walls) => walls switch
    {
        Bubblewrap or BubblewrapWithoutGroups => (await SandboxProbe.CandidatesAsync()).OfType<Bubblewrap>().FirstOrDefault(),
        Unshare => new UnshareBox(),
        _ => new PlainBox(),
    };

    internal static ControlGroupPlace? GroupsFor(string walls) => walls == BubblewrapWithoutGroups ? null : ControlGroupPlace.Find();

    private static readonly Dictionary<string, Lazy<string?>> Reasons =
        new[] { Bubblewrap, BubblewrapWithoutGroups, Unshare, Nothing }.ToDictionary(walls => walls, walls => new Lazy<string?>(() => Try(walls)));

    private static string? Try(string walls)
    {
        if (walls == Nothing) return null;
        if (walls != Unshare && !File.Exists("/usr/bin/bwrap")) return "bubblewrap is not installed";
        var namespaces = CommandOutput.ReadAsync("/usr/bin/unshare", "--user", "--pid", "--fork", "echo", "yes").GetAwaiter().GetResult();
        return namespaces == "yes" ? null : "user namespaces are not allowed on this machine";
    }
}

/// <summary>A test that needs certain walls; skipped, and says so, where they cannot be had.</summary>
internal sealed class WallsFactAttribute : FactAttribute
{
    public WallsFactAttribute(string walls) => Skip = Walls.WhyNot(walls);
}

/// <inheritdoc cref="WallsFactAttribute"/>
internal sealed class WallsTheoryAttribute : TheoryAttribute
{
    public WallsTheoryAttribute(string walls) => Skip = Walls.WhyNot(walls);
}
