using System.Collections.Immutable;
using System.Text.Json;
using Agon.Contracts;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;

namespace Agon.Storage.Leaderboards;

/// <summary>A row of <c>leaderboard</c> with Agon's row beside it, which another system's leaderboards do not have.</summary>
internal record LeaderboardRow
{
    public const string Columns = """
        l.id, l.name, l.deadline, l.task, l.creator_id, l.forum_id, l.secret_seed, l.description, l.visibility, a.settings, a.gpu_order
        """;

    public const string From = "FROM leaderboard l LEFT JOIN agon_leaderboard a ON a.leaderboard_id = l.id";

    public const string Select = $"SELECT {Columns} {From}";

    public required long Id { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Deadline { get; init; }
    public required string Task { get; init; }
    public long? CreatorId { get; init; }
    public long? ForumId { get; init; }
    public long? SecretSeed { get; init; }
    public string? Description { get; init; }
    public string? Visibility { get; init; }
    public string? Settings { get; init; }
    public string? GpuOrder { get; init; }

    /// <exception cref="InvalidDataException">The stored task is not one that this version can read.</exception>
    public Leaderboard ToLeaderboard(IEnumerable<string> gpus, ImmutableSortedDictionary<string, string> templates) => new()
    {
        Id = Id,
        Name = Name,
        Deadline = Deadline,
        Task = ToTask() with { Templates = templates },
        Gpus = Ordered(gpus),
        SecretSeed = SecretSeed ?? throw new InvalidDataException($"leaderboard {Name} ({Id}) has no secret seed"),
        Visibility = Visibility ?? "public",
        CreatorId = CreatorId ?? -1,
        ForumId = ForumId ?? -1,
    };

    private TaskDefinition ToTask() => TaskCache.Get((Task, Settings, Description), Read);

    private TaskDefinition Read()
    {
        try
        {
            var settings = Settings is null ? new AgonSettings() : JsonSerializer.Deserialize(Settings, AgonJson.Default.AgonDocument)!.ToSettings();
            return JsonSerializer.Deserialize(Task, AgonJson.Default.TaskDocument)!.ToTask(settings, Description ?? "");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"the task of leaderboard {Name} ({Id}) cannot be read: {error.Message}", error);
        }
    }

    // A table has no order of its own, and primary keys sort by name.
    private ImmutableArray<string> Ordered(IEnumerable<string> gpus)
    {
        var order = GpuOrder is null ? [] : JsonSerializer.Deserialize(GpuOrder, AgonJson.Default.IReadOnlyListString)!.ToList();
        return [.. gpus.OrderBy(gpu => order.IndexOf(gpu) is var at && at < 0 ? int.MaxValue : at).ThenBy(gpu => gpu, StringComparer.Ordinal)];
    }
}
