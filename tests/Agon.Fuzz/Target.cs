namespace Agon.Fuzz;

/// <summary>One thing that reads what strangers wrote.</summary>
/// <param name="Name">For people.</param>
/// <param name="Valid">Inputs that it reads, at least one of them as it is.</param>
/// <param name="TryAsync">Whether it read the input (true) or refused it in its own words (false); whatever else happens is thrown.</param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Valid, Func<byte[], ValueTask<bool>> TryAsync)
{
    /// <summary>
    /// Whether it is a fault, and not only told, when no valid input is read as it is. A route may be so new that nobody
    /// has said yet what its names stand for.
    /// </summary>
    public bool HasToReadTheValid { get; init; } = true;

    /// <summary>A reader that runs on the thread which calls it, and is held to limits of processor time and memory.</summary>
    public static Target Reader(string name, IReadOnlyList<byte[]> valid, Func<byte[], bool> read) => new(name, valid, bytes =>
    {
        using var meter = new ThreadMeter();
        return ValueTask.FromResult(read(bytes));
    });

    /// <summary>A reader that throws <typeparamref name="TRefusal"/>, with a message, when it refuses.</summary>
    public static Target Reader<TRefusal>(string name, IReadOnlyList<byte[]> valid, Action<byte[]> read) where TRefusal : Exception =>
        Reader(name, valid, bytes =>
        {
            try
            {
                read(bytes);
                return true;
            }
            catch (TRefusal refusal)
            {
                FuzzFaultException.Unless(refusal.Message.Length > 0, "the refusal says nothing");
                return false;
            }
        });
}

/// <summary>What must not happen.</summary>
internal sealed class FuzzFaultException(string what) : Exception(what)
{
    public static void Unless(bool right, string what)
    {
        if (!right)
            throw new FuzzFaultException(what);
    }
}
