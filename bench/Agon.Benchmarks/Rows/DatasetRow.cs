using System.CommandLine;
using Agon.Domain.Datasets;
using Agon.Domain.Datasets.Synthesis;
using Agon.Evaluation.Datasets;

namespace Agon.Benchmarks.Rows;

/// <summary>"Datasets": generating and scoring, with the files apart, and the memory of each.</summary>
internal static class DatasetRow
{
    private const int Size = 1_000_000;
    private const int SmallSize = 10_000;

    public static Command Create(Option<bool> quick)
    {
        var command = new Command("datasets", "Generates a dataset, writes and reads its files, and matches reported patterns with planted ones.") { quick };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(quick) ? SmallSize : Size, cancellationToken));
        return command;
    }

    private static async Task RunAsync(int transfers, CancellationToken cancellationToken)
    {
        var request = new DatasetRequest(new DatasetKey("torus", new DateOnly(2026, 3, 1), 30), "bench", transfers);
        var folder = Directory.CreateTempSubdirectory("agon-bench-").FullName;
        try
        {
            var made = Path.Combine(folder, "dataset");
            await Measured.AddAsync($"generating {transfers:N0} transfers, without writing them", "3 s", () =>
            {
                using var network = new SyntheticNetwork(request);
                return Task.FromResult(network.Transfers().Count());
            });
            await Measured.AddAsync($"generating and writing {transfers:N0} transfers, hashed and on the disk", "", () => DatasetGenerator.GenerateAsync(request, made, cancellationToken));
            await Measured.AddAsync($"reading {transfers:N0} transfers and their ground truth", "", () => Task.FromResult(Dataset.Read(made, cancellationToken)));
            var (graph, truth, reported) = Reports(transfers);
            await Measured.AddAsync($"matching {reported.Count:N0} reported with {truth.Count:N0} planted patterns over {transfers:N0} transfers", "3 s", () =>
                Task.FromResult(PatternScoring.Score(graph, truth, reported, cancellationToken)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // One planted pattern a hundred transfers, ten reported ones for each: one right, nine of them anything.
    private static (TransferGraph Graph, GroundTruth Truth, List<ReportedPattern> Reported) Reports(int transfers)
    {
        var random = new Random(1);
        var (addresses, instances, size) = (transfers / 2, transfers / 100, 12);
        var (from, to) = (new int[transfers], new int[transfers]);
        for (var n = 0; n < transfers; n++)
            (from[n], to[n]) = (random.Next(addresses), random.Next(addresses));
        var planted = Enumerable.Range(0, instances * size).Select(_ => random.Next(addresses)).ToArray();
        var truth = new GroundTruth(instances, planted, [.. Enumerable.Range(0, planted.Length).Select(n => n / size)]);
        var reported = new List<ReportedPattern>();
        for (var n = 0; n < 10 * instances; n++)
            reported.Add(new ReportedPattern
            {
                Type = PatternType.SmurfingNetwork,
                Addresses = n % 10 == 0 ? planted[(n / 10 * size)..((n / 10 + 1) * size)] : [.. Enumerable.Range(0, size).Select(_ => random.Next(addresses))],
            });
        return (new TransferGraph(addresses, from, to), truth, reported);
    }
}
