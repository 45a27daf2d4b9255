using System.Text.Json.Serialization;
using Agon.Domain.Datasets;

namespace Agon.Contracts.Datasets;

/// <summary>A dataset, and where it lies on this machine.</summary>
public sealed record DatasetView(string Network, DateOnly ProcessingDate, int WindowDays)
{
    /// <summary>Its own folder; left out where it is somewhere else.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Folder { get; init; }

    public static DatasetView Of(DatasetKey key) => new(key.Network, key.ProcessingDate, key.WindowDays);
}
