namespace Agon.Domain.Datasets;

/// <summary>Which planted instances a reported pattern finds (V1, V2).</summary>
/// <remarks>One walk over the pattern's addresses: the work grows with what is reported, not with what is planted.</remarks>
internal sealed class PatternMatcher(GroundTruth truth)
{
    private readonly int[] overlaps = new int[truth.Count];
    private readonly List<int> touched = [];

    /// <summary>Instances that were found by any pattern so far.</summary>
    public bool[] Found { get; } = new bool[truth.Count];

    /// <summary>As <see cref="Found"/>, without the guard against flooding (A3).</summary>
    public bool[] FoundUnguarded { get; } = new bool[truth.Count];

    /// <param name="distinct">The pattern's addresses, each once.</param>
    public Match Find(ReadOnlySpan<int> distinct)
    {
        foreach (var address in distinct)
            foreach (var instance in truth.InstancesOf(address))
                if (overlaps[instance]++ == 0)
                    touched.Add(instance);

        var match = default(Match);
        foreach (var instance in touched)
        {
            var overlap = (long)overlaps[instance];
            overlaps[instance] = 0;
            if (5 * overlap < 4L * truth.SizeOf(instance))
                continue;
            FoundUnguarded[instance] = true;
            match = match with { Unguarded = true };
            if (2 * overlap < distinct.Length)
                continue;
            Found[instance] = true;
            match = match with { Guarded = true };
        }
        touched.Clear();
        return match;
    }

    public readonly record struct Match(bool Guarded, bool Unguarded);
}
