using System.Globalization;
using System.Text.RegularExpressions;

namespace Agon.Benchmarks;

/// <summary><c>wrk</c>: as many requests as go through, on kept connections.</summary>
internal static partial class Wrk
{
    public const int Connections = 64;

    /// <summary>Requests a second.</summary>
    /// <exception cref="BenchmarkException">An answer was an error.</exception>
    public static async Task<double> GetAsync(string url, TimeSpan duration, CancellationToken cancellationToken)
    {
        var seconds = ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return await RunAsync(["-t1", $"-c{Connections}", $"-d{seconds}s", "--timeout", "30s", url], cancellationToken);
    }

    /// <summary>Requests a second.</summary>
    /// <exception cref="BenchmarkException">An answer was an error.</exception>
    public static async Task<double> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var output = await Tool.RunAsync("wrk", arguments, cancellationToken);
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
            throw new BenchmarkException($"wrk saw errors: {output}");
        return double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s*([0-9.]+)")]
    private static partial Regex Rate();
}
