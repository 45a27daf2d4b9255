using System.Globalization;
using System.Text.Json;
using Agon.Contracts.Admin;

namespace Agon.Storage.Submissions;

/// <summary>A run with its JSON columns as they are stored.</summary>
internal sealed record WholeRunRow
{
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required string Mode { get; init; }
    public required bool Secret { get; init; }
    public required string Runner { get; init; }
    public string? Score { get; init; }
    public required bool Passed { get; init; }
    public string? Compilation { get; init; }
    public string? Meta { get; init; }
    public string? Result { get; init; }
    public required string SystemInfo { get; init; }

    public AdminRunView ToView() => new()
    {
        StartTime = StartTime,
        EndTime = EndTime,
        Mode = Mode,
        Secret = Secret,
        Runner = Runner,
        Score = RunRow.ScoreOf(Score)?.ToString("0.############################", CultureInfo.InvariantCulture),
        Passed = Passed,
        Compilation = Json(Compilation),
        Meta = Json(Meta),
        Result = Json(Result),
        System = Json(SystemInfo),
    };

    private static JsonElement? Json(string? text)
    {
        if (text is null)
            return null;
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
