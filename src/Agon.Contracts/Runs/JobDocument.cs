using Agon.Contracts.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Runs;

/// <summary>job.json: what a launcher carries to a runner.</summary>
public sealed record JobDocument
{
    public required TaskDocument Task { get; init; }
    public required AgonDocument Agon { get; init; }
    public required string Submission { get; init; }

    /// <summary>test, benchmark, profile, leaderboard or private.</summary>
    public required string Mode { get; init; }
    public long? Seed { get; init; }
    public required string Gpu { get; init; }
    public DeviceDocument Device { get; set; } = new();

    public static JobDocument From(EvaluationJob job) => new()
    {
        Task = TaskDocument.From(job.Task),
        Agon = AgonDocument.From(job.Task.Agon),
        Submission = job.Submission,
        Mode = job.Mode.ToString().ToLowerInvariant(),
        Seed = job.Seed,
        Gpu = job.Gpu,
        Device = DeviceDocument.From(job.Device),
    };

    /// <exception cref="System.Text.Json.JsonException">A word is not one that the contract knows, or a part is null.</exception>
    public EvaluationJob ToJob() => new()
    {
        Task = Given(Task, "task").ToTask(Given(Agon, "agon").ToSettings(), description: ""),
        Submission = Given(Submission, "submission"),
        Mode = Mode switch
        {
            "test" => EvaluationMode.Test,
            "benchmark" => EvaluationMode.Benchmark,
            "profile" => EvaluationMode.Profile,
            "leaderboard" => EvaluationMode.Leaderboard,
            "private" => EvaluationMode.Private,
            _ => throw new System.Text.Json.JsonException($"mode is '{Mode}', not test, benchmark, profile, leaderboard or private"),
        },
        Seed = Seed,
        Gpu = Given(Gpu, "gpu"),
        Device = Given(Device, "device").ToSettings(),
    };

    // A generated reader takes null for any member.
    private static T Given<T>(T? value, string name) where T : class => value ?? throw new System.Text.Json.JsonException($"{name} is null");

    /// <summary>Without the seed and the entry's text: records are printed in logs.</summary>
    public override string ToString() => $"{Mode} job on {Gpu}";
}

/// <summary>How the runner uses its device.</summary>
public sealed record DeviceDocument
{
    public string? Interpreter { get; init; }
    public IReadOnlyList<int> Cores { get; set; } = [];
    public bool TrustAllSubmitters { get; init; }
    public long? MemoryBytes { get; init; }
    public int? Processes { get; init; }

    public static DeviceDocument From(DeviceSettings settings) => new()
    {
        Interpreter = settings.Interpreter,
        Cores = settings.Cores,
        TrustAllSubmitters = settings.TrustAllSubmitters,
        MemoryBytes = settings.MemoryBytes,
        Processes = settings.Processes,
    };

    public DeviceSettings ToSettings()
    {
        var defaults = new DeviceSettings();
        return new DeviceSettings
        {
            Interpreter = Interpreter,
            Cores = Cores ?? [],
            TrustAllSubmitters = TrustAllSubmitters,
            MemoryBytes = MemoryBytes ?? defaults.MemoryBytes,
            Processes = Processes ?? defaults.Processes,
        };
    }
}
