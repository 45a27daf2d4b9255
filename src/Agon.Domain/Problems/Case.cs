using System.Collections;
using System.Collections.Immutable;
using System.Text;

namespace Agon.Domain.Problems;

/// <summary>One test or benchmark: its arguments by name, always in the order of the stored task.</summary>
/// <remarks>
/// PostgreSQL's jsonb keeps shorter names first, then orders by bytes, and harnesses have only ever seen that order
/// (contract section 8.2). Cases are put in it when they are made, so that every database and <c>agon eval</c> agree.
/// </remarks>
public sealed record Case : IEnumerable<KeyValuePair<string, CaseValue>>
{
    private readonly ImmutableArray<KeyValuePair<string, CaseValue>> arguments;

    /// <summary>Of repeated names the last value wins.</summary>
    public Case(IEnumerable<KeyValuePair<string, CaseValue>> arguments) =>
        this.arguments = [.. arguments
            .GroupBy(argument => argument.Key, StringComparer.Ordinal)
            .Select(same => same.Last())
            .OrderBy(argument => Encoding.UTF8.GetByteCount(argument.Key))
            .ThenBy(argument => argument.Key, Utf8Order)];

    private static readonly IComparer<string> Utf8Order = Comparer<string>.Create((left, right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    /// <summary>The line of the case file, without its end: <c>key: value; key: value</c>.</summary>
    public string Line => string.Join("; ", arguments.Select(argument => $"{argument.Key}: {argument.Value.ToPython()}"));

    /// <summary>Whether the case names this argument.</summary>
    public bool Has(string name) => arguments.Any(argument => argument.Key == name);

    public IEnumerator<KeyValuePair<string, CaseValue>> GetEnumerator() => arguments.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Case? other) => other is not null && arguments.SequenceEqual(other.arguments);

    public override int GetHashCode() => Line.GetHashCode(StringComparison.Ordinal);
}
