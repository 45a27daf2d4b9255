using System.ComponentModel.DataAnnotations;

namespace Agon.Server;

/// <summary>How a process leaves that was told to stop: section <c>Drain</c> of the settings.</summary>
internal sealed class DrainOptions
{
    public const string Section = "Drain";

    /// <summary>
    /// How long a server still takes new connections while <c>/health</c> says 503: a balancer needs that long to turn away, and a client
    /// that keeps its connection open to ask once more, and to hear that it closes. Default 1 s, for servers without a balancer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Notice { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long jobs that run, and the streams that wait for them, may still take before they are handed back. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:30:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}
