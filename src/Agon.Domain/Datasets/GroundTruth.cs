namespace Agon.Domain.Datasets;

/// <summary>The planted patterns: which addresses belong to which instance, found from either side (V9).</summary>
/// <remarks>Instances are numbers from 0 on; their names are known to who read the file. Hidden: nothing of it reaches a participant.</remarks>
public sealed class GroundTruth
{
    private readonly int[] sizes;
    private readonly Dictionary<int, List<int>> instancesOf = [];

    /// <summary>One row an address of an instance; a row that stands there twice counts once.</summary>
    public GroundTruth(int instanceCount, ReadOnlySpan<int> addresses, ReadOnlySpan<int> instances)
    {
        if (addresses.Length != instances.Length)
            throw new ArgumentException($"{addresses.Length} addresses, but {instances.Length} instances", nameof(instances));
        sizes = new int[instanceCount];
        for (var n = 0; n < addresses.Length; n++)
        {
            if (!instancesOf.TryGetValue(addresses[n], out var known))
                instancesOf[addresses[n]] = known = [];
            if (known.Contains(instances[n]))
                continue;
            known.Add(instances[n]);
            sizes[instances[n]]++;
        }
    }

    public int Count => sizes.Length;

    /// <summary>Different addresses of the instance.</summary>
    public int SizeOf(int instance) => sizes[instance];

    /// <summary>The instances that the address belongs to; most often none or one.</summary>
    public IReadOnlyList<int> InstancesOf(int address) => instancesOf.TryGetValue(address, out var known) ? known : [];
}
