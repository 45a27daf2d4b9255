namespace Agon.Contracts.Health;

/// <summary><c>GET /health/ready</c>: whether a server can do its work, and what keeps it from it. Additive.</summary>
public sealed record ReadinessView
{
    /// <summary>ready, or broken where a check has found a problem.</summary>
    public required string Status { get; init; }

    public required IReadOnlyList<CheckView> Checks { get; init; }
}

/// <summary>One thing that was looked at. For everybody's eyes: no address, path or version is in it.</summary>
public sealed record CheckView
{
    /// <summary>database, migrations, disk, runner, devices or stopping.</summary>
    public required string Name { get; init; }

    /// <summary>ok, warning or problem.</summary>
    public required string Status { get; init; }

    public required string Detail { get; init; }
}
