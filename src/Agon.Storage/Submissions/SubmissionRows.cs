using System.Globalization;
using System.Text;
using System.Text.Json;
using Agon.Contracts;

namespace Agon.Storage.Submissions;

/// <summary>A submission as the statement gives it.</summary>
internal sealed record SubmissionRow
{
    public required long Id { get; init; }
    public required long LeaderboardId { get; init; }
    public required string LeaderboardName { get; init; }
    public required string FileName { get; init; }
    public required string UserId { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }
    public required bool Done { get; init; }
    public required byte[] Code { get; init; }
    public string? JobStatus { get; init; }
    public string? JobError { get; init; }
    public DateTimeOffset? LastHeartbeat { get; init; }

    public StoredSubmission ToSubmission() => new()
    {
        Id = Id,
        LeaderboardId = LeaderboardId,
        LeaderboardName = LeaderboardName,
        FileName = FileName,
        UserId = UserId,
        SubmissionTime = SubmissionTime,
        Done = Done,
        Code = Encoding.UTF8.GetString(Code),
        JobStatus = JobStatus,
        JobError = JobError,
        LastHeartbeat = LastHeartbeat,
    };
}

/// <summary>A run as the statement gives it: its JSON and its exact decimal still text.</summary>
internal sealed record RunRow
{
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required string Mode { get; init; }
    public required bool Secret { get; init; }
    public required string Runner { get; init; }
    public string? Score { get; init; }
    public required bool Passed { get; init; }
    public string? Result { get; init; }
    public required string SystemInfo { get; init; }

    /// <summary>Of a public run that failed: its <c>meta</c>, else its <c>compilation</c>.</summary>
    public string? Failure { get; init; }

    public StoredRun ToRun() => new()
    {
        StartTime = StartTime,
        EndTime = EndTime,
        Mode = Mode,
        Secret = Secret,
        Runner = Runner,
        Score = ScoreOf(Score),
        Passed = Passed,
        Result = Lines(),
        System = JsonSerializer.Deserialize(SystemInfo, AgonJson.Default.SystemDocument),
        Failure = FailureOf(Failure),
    };

    // Another system's rows may lack either key.
    private static RunFailure? FailureOf(string? json)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("exit_code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var exitCode)
                ? new RunFailure(exitCode, document.RootElement.TryGetProperty("stderr", out var stderr) ? stderr.ToString() : "")
                : null;
    }

    public static decimal? ScoreOf(string? digits) =>
        decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    // Another system's rows may hold numbers where a harness's lines are text. Names that cleaning made equal stand twice
    // in SQLite's text; the last one counts, as jsonb has it.
    private Dictionary<string, string>? Lines()
    {
        if (Result is null)
            return null;
        using var document = JsonDocument.Parse(Result);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var lines = new Dictionary<string, string>();
        foreach (var line in document.RootElement.EnumerateObject())
            lines[line.Name] = line.Value.ToString();
        return lines;
    }
}
