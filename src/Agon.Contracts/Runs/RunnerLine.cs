using System.Text.Json.Serialization;

namespace Agon.Contracts.Runs;

/// <summary>
/// One line of a runner's stdout: exactly one member is set, and beside <see cref="Runner"/> perhaps <see cref="Isolation"/>. Progress comes as it happens; the last line is the
/// report, or the fault that kept the runner from making one.
/// </summary>
/// <remarks>
/// A runner that was started before there is a job says when it could take one, and every runner says that it has read
/// its job. One that ends before that has done nothing for the job, which may go to another.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RunnerLine
{
    /// <summary>One of <see cref="RunnerState"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Runner { get; init; }

    /// <summary>What its probes found, told with <see cref="RunnerState.Ready"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IsolationView? Isolation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PhaseProgress? Phase { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Log { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FullResult? Report { get; init; }

    /// <summary>What went wrong on our side; the job is to be tried again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fault { get; init; }
}

/// <summary>What a runner says of itself.</summary>
public static class RunnerState
{
    /// <summary>Its sandbox is probed, and it waits for a job.</summary>
    public const string Ready = "ready";

    /// <summary>It has read its job: whatever comes now comes of the job.</summary>
    public const string Started = "started";
}

/// <summary>A phase started (<see cref="Passed"/> is null) or ended.</summary>
public sealed record PhaseProgress
{
    /// <summary>Run key: test, benchmark, leaderboard.</summary>
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Passed { get; init; }

    /// <summary>Wall time in seconds, once it ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }
}
