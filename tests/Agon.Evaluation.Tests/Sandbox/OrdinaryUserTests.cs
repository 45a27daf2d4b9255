using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>The suite may run as root; runners mostly do not.</summary>
public class OrdinaryUserTests
{
    [OrdinaryUserFact]
    public async Task An_ordinary_user_gets_level_standard() =>
        Assert.Contains("Level = Standard", await DriverAsync("probe"), StringComparison.Ordinal);

    [OrdinaryUserFact]
    public async Task An_honest_program_passes_behind_bubblewrap() => await PassesAsync(Walls.BubblewrapWithoutGroups);

    [OrdinaryUserFact]
    public async Task An_honest_program_passes_behind_unshare() => await PassesAsync(Walls.Unshare);

    private static async Task PassesAsync(string walls) =>
        Assert.Equal("sum: 6\ncheck: pass\nExited { Code = 0 }", await DriverAsync(walls, "honest.py", "-"));

    private static Task<string> DriverAsync(params string[] arguments) => OrdinaryUserFactAttribute.RunAsync(
        ["/usr/bin/env", "DOTNET_EnableDiagnostics=0", Environment.ProcessPath!, "exec", typeof(SandboxDriver).Assembly.Location, .. arguments]);
}

/// <summary>Needs root, to become somebody else, and a checkout that somebody else may read.</summary>
internal sealed class OrdinaryUserFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(WhyNot);

    public OrdinaryUserFactAttribute() => Skip = Walls.WhyNot(Walls.Bubblewrap) ?? Reason.Value;

    internal static Task<string> RunAsync(string[] command) => CommandOutput.ReadAsync(
        ["/usr/bin/setpriv", "--reuid", "60999", "--regid", "60999", "--clear-groups", "--no-new-privs", "--", .. command]);

    private static string? WhyNot()
    {
        if (SpawnNative.EffectiveUser() != 0) return "only root can start a runner as another user (the suite itself already is an ordinary one)";
        var readable = RunAsync(["/bin/sh", "-c", "[ -r \"$0\" ] && [ -x \"$1\" ] && echo yes", typeof(SandboxDriver).Assembly.Location, Environment.ProcessPath!]);
        return readable.GetAwaiter().GetResult() == "yes" ? null : "this checkout or its dotnet cannot be read by another user";
    }
}
