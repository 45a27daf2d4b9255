using System.Globalization;
using System.Text.RegularExpressions;

namespace Agon.Benchmarks;

/// <summary><c>wrk</c>: as many GETs as go through, on kept connections.</summary>
internal static partial class Wrk
{
    public const int Connections = 64;

    /// <summary>Requests a second.</summary>
    /// <exception cref="BenchmarkException">An answer was an error.</exception>
    public static async Task<double> GetAsync(string url, TimeSpan duration, CancellationToken cancellationToken)
    {
        var seconds = ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var output = await Tool.RunAsync("wrk", ["-t1", $"-c{Connections}", $"-d{seconds}s", "--timeout", "30s", url], cancellationToken);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new BenchmarkException($"wrk saw errors on {url}: {output}");
        return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s*([0-9.]+)")]
    private static partial Regex Rate();
}
