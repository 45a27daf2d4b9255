using System.Text.Json;

namespace Agon.Benchmarks;

/// <summary><c>hyperfine</c>: how long commands take from start to end.</summary>
internal static class Hyperfine
{
    /// <summary>Seconds of each command, medians; each round runs each command once, so that other load hits all alike.</summary>
    public static async Task<IReadOnlyList<double>> MediansAsync(IReadOnlyList<string> commands, int rounds, CancellationToken cancellationToken)
    {
        var seconds = commands.Select(_ => new List<double>()).ToList();
        var export = Path.GetTempFileName();
        for (var round = 0; round < rounds; round++)
        {
            await Tool.RunAsync("hyperfine", ["-N", "-i", "--style", "none", "--runs", "1", "--export-json", export, .. commands], cancellationToken);
            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(export, cancellationToken));
            foreach (var (result, times) in json.RootElement.GetProperty("results").EnumerateArray().Zip(seconds))
                times.Add(result.GetProperty("mean").GetDouble());
        }
        File.Delete(export);
        return [.. seconds.Select(Samples.Median)];
    }
}
