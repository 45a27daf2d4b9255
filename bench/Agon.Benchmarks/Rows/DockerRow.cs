using System.CommandLine;
using System.Diagnostics;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;

namespace Agon.Benchmarks.Rows;

/// <summary>What a participant's container costs, with its walls, its output folder and its end, beside a bare <c>docker run</c> of the same image, in turns.</summary>
internal static class DockerRow
{
    private const string Image = "agon/python";   // scripts/docker-base-image; its shell ends at once

    public static Command Create(Option<bool> quick)
    {
        var command = new Command("docker", "What a run of an image costs beside a bare docker run.") { quick };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(quick) ? 2 : 20, cancellationToken));
        return command;
    }

    private static async Task RunAsync(int pairs, CancellationToken cancellationToken)
    {
        var id = (await Tool.RunAsync("docker", ["image", "inspect", "--format", "{{.Id}}", Image], cancellationToken)).Trim();
        var runner = await ParticipantRunner.FindAsync(new EngineFinder(), cancellationToken);
        var folder = Directory.CreateTempSubdirectory("agon-bench-");
        try
        {
            List<double> bare = [], ours = [];
            for (var pair = -1; pair < pairs; pair++)
            {
                var (without, with) = (
                    await TimeAsync(() => Tool.RunAsync("docker", ["run", "--rm", "--network", "none", id], cancellationToken)),
                    await TimeAsync(() => RunOnceAsync(runner, id, folder.CreateSubdirectory($"{pair + 1}"), cancellationToken)));
                if (pair < 0)
                    continue;   // the first one warms both up
                bare.Add(without);
                ours.Add(with);
            }
            var added = Samples.Median(ours.Zip(bare, (with, without) => with - without));
            Table.Add("added to a bare docker run by a participant's container", $"{added:0} ms ({Samples.Median(ours):0} ms)",
                $"{Samples.Median(bare):0} ms, docker run --rm --network none, in turns", Samples.Median(ours) / Samples.Median(bare), "200 ms");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunOnceAsync(ParticipantRunner runner, string image, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var outcome = await runner.RunAsync(new ParticipantRunSpec
        {
            Program = new ParticipantProgram.Image(image),
            InputFolder = folder.CreateSubdirectory("input").FullName,
            OutputFolder = folder.CreateSubdirectory("output").FullName,
            Network = "torus",
            WindowDays = 30,
            ProcessingDate = new DateOnly(2026, 3, 1),
            TimeLimit = TimeSpan.FromMinutes(1),
            RunId = "bench",
        }, cancellationToken);
        if (outcome.Status != RunStatus.Completed)
            throw new BenchmarkException($"the run ended as {outcome.Status}: {outcome.Error}");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
