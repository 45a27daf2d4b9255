namespace Agon.Server.Tests.World;

/// <summary>Runners of submissions with its marker do not get on before it is open.</summary>
internal sealed class Gate(TestWorld world)
{
    private readonly string file = Path.Combine(world.ServerSettings.DataFolder!, $"gate-{Guid.NewGuid():N}");

    /// <summary>Part of a submission's code.</summary>
    public string Marker => $"UNTIL({file})";

    public void Open() => File.Create(file).Dispose();
}
