namespace Agon.Server;

/// <summary>What must be known before any configuration can be read.</summary>
public sealed record ServerSettings
{
    /// <summary>Holds <c>agon.db</c> where no <see cref="DatabaseUrl"/> is given, and <c>agon.json</c>, the settings, if there is one.</summary>
    public string? DataFolder { get; init; }

    /// <summary>PostgreSQL; null takes the SQLite file.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>Where to listen. Port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8000"];

    /// <summary>The operator's word that every submitter is trusted: without it nothing runs unsandboxed.</summary>
    public bool TrustAllSubmitters { get; init; }

    /// <summary>Absolute path of the <c>agon-runner</c> program.</summary>
    public required string RunnerPath { get; init; }
}
