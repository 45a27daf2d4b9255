using Agon.Domain.Datasets;

namespace Agon.Contracts.Datasets;

/// <summary>A dataset that is published.</summary>
public sealed record DatasetView(string Network, DateOnly ProcessingDate, int WindowDays)
{
    public static DatasetView Of(DatasetKey key) => new(key.Network, key.ProcessingDate, key.WindowDays);
}
