using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Agon.Domain.Problems;

/// <summary>One argument of a test or benchmark, in the few shapes that task.yml allows (contract section 7.1).</summary>
public abstract record CaseValue
{
    private CaseValue()
    {
    }

    /// <summary>The value as Python's <c>str()</c> writes it: what a harness reads in its case line (contract section 8.2).</summary>
    public abstract string ToPython();

    /// <summary>As <see cref="ToPython"/>, but inside a list, where Python quotes text.</summary>
    protected virtual string ToPythonInList() => ToPython();

    /// <summary>A whole number of any size, as in Python.</summary>
    public sealed record Whole(BigInteger Value) : CaseValue
    {
        public override string ToPython() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A floating-point number.</summary>
    public sealed record Real(double Value) : CaseValue
    {
        public override string ToPython() => PythonNumber.Format(Value);
    }

    /// <summary><c>True</c> or <c>False</c>.</summary>
    public sealed record Boolean(bool Value) : CaseValue
    {
        public override string ToPython() => Value ? "True" : "False";
    }

    /// <summary>A word.</summary>
    public sealed record Text(string Value) : CaseValue
    {
        public override string ToPython() => Value;

        /// <summary>Python prefers single quotes, and takes double ones where the text holds only single ones.</summary>
        protected override string ToPythonInList()
        {
            var quote = Value.Contains('\'') && !Value.Contains('"') ? '"' : '\'';
            return quote + string.Concat(Value.EnumerateRunes().Select(rune => PythonText.Escape(rune, quote))) + quote;
        }
    }

    /// <summary>A list, such as the sizes <c>[128, 256]</c>.</summary>
    public sealed record List(ImmutableArray<CaseValue> Items) : CaseValue
    {
        public override string ToPython() => $"[{string.Join(", ", Items.Select(item => item.ToPythonInList()))}]";

        public bool Equals(List? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Aggregate(17, HashCode.Combine);
    }

    /// <summary><c>None</c>.</summary>
    public sealed record Nothing : CaseValue
    {
        public override string ToPython() => "None";
    }
}
