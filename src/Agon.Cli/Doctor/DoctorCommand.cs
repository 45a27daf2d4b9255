using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Cli.Storage;
using Agon.Domain.Health;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Sandbox;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Doctor;

/// <summary><c>agon doctor</c>: looks at all that a contest on this machine stands on, and says what cures what it finds.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan DatabaseLimit = TimeSpan.FromSeconds(10);

    public static Command Create(Shell shell)
    {
        var data = DataOption.Create();
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON" };
        var command = new AgonCommand(
            "doctor",
            "Checks this machine for contests: processors, memory, disk, database, settings, sandbox, compilers, clock and noise.\n"
            + "Each finding is ok, a warning or a problem, with what cures it. Exit code 1 if there is a problem.",
            "agon doctor --data /srv/agon",
            "agon doctor --json") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var findings = await FindAsync(shell, DataOption.Find(shell, parsed.GetValue(data)), cancellationToken);
            if (parsed.GetValue(json))
                shell.Print(JsonSerializer.Serialize(DoctorView.Of(findings), DoctorJson.Default.DoctorView));
            else
                Print(shell, findings);
            return findings.Any(finding => finding.Status == FindingStatus.Problem) ? ExitCode.Refused : ExitCode.Success;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(Shell shell, DataPlace place, CancellationToken cancellationToken)
    {
        // First, before anything of ours makes a noise.
        var (variation, worst) = await Task.Run(() => NoiseMeter.Measure(cancellationToken), cancellationToken);
        var load = MachineFacts.Load();
        var sandbox = await SandboxHost.ProbeAsync(cancellationToken);
        var (engine, why) = await DockerEngine.ProbeAsync(cancellationToken);
        var (database, hasTournaments) = await DatabaseAsync(place, shell.Clock, cancellationToken);
        return
        [
            DoctorRules.Cores(Environment.ProcessorCount),
            DoctorRules.Memory(MachineFacts.AvailableMemory()),
            Disk("disk for data", place.Folder),
            Disk("disk for temporary files", Path.GetTempPath()),
            DoctorRules.Governor(MachineFacts.Governor()),
            DoctorRules.Load(load, Environment.ProcessorCount),
            DoctorRules.Noise(variation, worst),
            DoctorRules.ClockSource(MachineFacts.ClockSource()),
            DoctorRules.TimeService(MachineFacts.TimeService()),
            .. database,
            await SettingsCheck.FindAsync(place),
            HealthRules.Sandbox(sandbox.Isolation, trustAllSubmitters: false),
            DoctorRules.Tool("python3", MachineFacts.Find(shell, "python3"), true, "Python tasks do not run", "apt-get install python3"),
            DoctorRules.Tool("g++", MachineFacts.Find(shell, "g++"), true, "C++ tasks do not run", "apt-get install g++"),
            DoctorRules.Tool("valgrind", MachineFacts.Find(shell, "valgrind"), true, "C++ tasks cannot be profiled", "apt-get install valgrind"),
            DoctorRules.Tool("nvcc", MachineFacts.Find(shell, "nvcc"), MachineFacts.HasNvidia(), "CUDA tasks do not run", "apt-get install nvidia-cuda-toolkit"),
            DoctorRules.ContainerEngine(engine?.Version, why, Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : null, hasTournaments),
        ];
    }

    private static async Task<(IReadOnlyList<Finding> Findings, bool HasTournaments)> DatabaseAsync(DataPlace place, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (place.DatabaseUrl is null && DataFolder.Obstacle(place.Folder) is { } obstacle)
            return ([obstacle], false);
        // Looking must not make a file.
        if (place.DatabaseUrl is null && !File.Exists(Path.Combine(place.Folder, "agon.db")))
            return ([new Finding("database", FindingStatus.Warning, $"there is none yet in {place.Folder}", MigrateCure(place))], false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DatabaseLimit);
        await using var database = place.Open();
        try
        {
            await database.AnswerAsync(limit.Token);
            if (await database.IsEmptyAsync(limit.Token))
                return ([new Finding("database", FindingStatus.Problem, $"{database.Place} has no tables yet", MigrateCure(place))], false);
            var missing = (await database.MissingMigrationsAsync(limit.Token)).Count;
            // One that only reads, or whose disk is full, has answered all the same.
            if (missing == 0)
                await database.TakeWriteAsync(limit.Token);
            IReadOnlyList<Finding> findings =
            [
                new Finding("database", FindingStatus.Ok, database.Place),
                Migrations(missing, place),
                DoctorRules.Durability(await database.DurabilityAsync(limit.Token)),
                DoctorRules.Clock(await database.ClockLeadAsync(clock, limit.Token)),
            ];
            return (findings, missing == 0 && (await new TournamentStore(database).UnfinishedAsync(type: null, limit.Token)).Count > 0);
        }
        catch (Exception error) when (error is DbException or TimeoutException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return ([new Finding("database", FindingStatus.Problem, $"{database.Place}: {error.Message.ReplaceLineEndings(" ")}",
                place.DatabaseUrl is null ? $"{MigrateCure(place)}, or restore a backup (agon db restore FILE --data {place.Folder} --force)" : DoctorRules.PostgresCure((error as DbException)?.SqlState))], false);
        }
    }

    private static Finding Migrations(int missing, DataPlace place)
    {
        var finding = HealthRules.Migrations(missing);
        return finding.Cure is null ? finding : finding with { Cure = MigrateCure(place) };
    }

    // Of the same place as this command was told to look at.
    private static string MigrateCure(DataPlace place) => place.DatabaseUrl is null ? $"agon db migrate --data {place.Folder}" : "agon db migrate";

    // Of the nearest folder that is there: the data folder may be still to be made.
    private static Finding Disk(string name, string folder)
    {
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        return HealthRules.Disk(name, new DriveInfo(folder).AvailableFreeSpace, folder);
    }

    private static void Print(Shell shell, IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(finding => finding.Name.Length);
        foreach (var finding in findings)
        {
            var status = $"{finding.Status.ToString().ToLowerInvariant(),-7}";
            shell.PrintMarked($"{shell.Mark(status, finding.Status == FindingStatus.Ok)}  {finding.Name.PadRight(width)}  {Shell.Plain(finding.Detail)}");
            if (finding is { Cure: { } cure, Status: not FindingStatus.Ok })
                shell.Print($"{"",7}  {"",-2}{"".PadRight(width)}cure: {cure}");
        }
    }
}

/// <summary>What <c>--json</c> prints.</summary>
internal sealed record DoctorView(string Status, IReadOnlyList<FindingView> Findings)
{
    public static DoctorView Of(IReadOnlyList<Finding> findings) => new(
        Word(findings.Max(finding => finding.Status)),
        [.. findings.Select(finding => new FindingView(finding.Name, Word(finding.Status), finding.Detail, finding.Cure))]);

    private static string Word(FindingStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>A finding; <paramref name="Cure"/> is null where nothing is to be done.</summary>
internal sealed record FindingView(string Name, string Status, string Detail, string? Cure);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DoctorView))]
internal sealed partial class DoctorJson : JsonSerializerContext;
