namespace Agon.Benchmarks;

/// <summary>Something that a row needs is missing, or did not do what it should: there is no number.</summary>
internal sealed class BenchmarkException : Exception
{
    public BenchmarkException(string message)
        : base(message)
    {
    }
}
