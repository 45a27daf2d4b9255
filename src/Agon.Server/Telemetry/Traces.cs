using System.Diagnostics;

namespace Agon.Server.Telemetry;

/// <summary>The spans of this program: accept, and of each attempt claim, runner, phases and record. Seeds, texts and users are in none.</summary>
internal static class Traces
{
    public const string SourceName = "Agon";

    public static ActivitySource Source { get; } = new(SourceName);
}
