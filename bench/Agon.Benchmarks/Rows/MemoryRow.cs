using System.CommandLine;
using System.Globalization;

namespace Agon.Benchmarks.Rows;

/// <summary>"Memory": what the server's process holds when it has nothing to do, and after loads of three sizes.</summary>
internal static class MemoryRow
{
    public static Command Create(Option<bool> quick)
    {
        var command = new Command("memory", "Memory of an idle server, and after accepting much, beside a runner that waits.") { quick };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(quick), cancellationToken));
        return command;
    }

    private static async Task RunAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(postgres: false, cancellationToken);
        await SpinProblem.Write(database.Folder, rounds: 1).SyncAsync(database, cancellationToken);
        await using (var idle = await AgonProcess.ServeAsync(database, new Dictionary<string, string>(), cancellationToken))
        {
            while (AgonProcess.ChildrenOf(idle.Id).Count == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(quick ? 1 : 10), TimeProvider.System, cancellationToken);
            var runner = AgonProcess.ChildrenOf(idle.Id).Select(Resident).First();
            Table.Add("memory of an idle server", $"{Resident(idle.Id):0} MB", $"{runner:0} MB, the runner that waits in its one slot", null, "120 MB");
        }

        await using var server = await AgonProcess.ServeAsync(database, AgonProcess.WithoutWorkers, cancellationToken);
        var posts = await Posts.PrepareAsync(database, server.Url, cancellationToken);
        var before = Resident(server.Id);
        foreach (var seconds in quick ? [1] : new[] { 1, 5, 20 })
        {
            var rate = await posts.SendAsync(TimeSpan.FromSeconds(seconds), cancellationToken);
            Table.Add($"memory after {seconds * rate:N0} more accepts in {seconds} s", $"{Resident(server.Id):0} MB", $"{before:0} MB before", null, "300 MB");
        }
    }

    /// <summary>Resident memory of a process in MB (10^6 bytes).</summary>
    private static double Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
