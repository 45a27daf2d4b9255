using System.Collections.Immutable;

namespace Agon.Domain.Problems;

/// <summary>How a harness comes to run: <c>config</c> of task.yml (contract section 7.1). A switch sees them all.</summary>
public abstract record TaskConfig
{
    private TaskConfig()
    {
    }

    /// <summary>Started by an interpreter: <c>lang: py</c>.</summary>
    /// <param name="Main">The harness, one of the task's files.</param>
    public sealed record Python(string Main) : TaskConfig;

    /// <summary>Compiled into one program, entry and harness together: <c>lang: cu</c> and <c>lang: cpp</c>.</summary>
    public sealed record Compiled : TaskConfig
    {
        /// <summary>Those of the task's files that are compiled; all others are headers.</summary>
        public required ImmutableArray<string> Sources { get; init; }

        /// <summary>Where the compiler looks for headers besides the task's own folder; only what a sandbox shows is found.</summary>
        public ImmutableArray<string> IncludeDirs { get; init; } = [];

        /// <summary>Macro to its value; null is a macro without one.</summary>
        public ImmutableSortedDictionary<string, string?> Defines { get; init; } = NoDefines;

        /// <summary>Further words for the compiler, all of them allowed by <see cref="CompilerRules"/>.</summary>
        public ImmutableArray<string> CompileFlags { get; init; } = [];

        /// <summary>Lists compare by content: two readings of one file are the same task.</summary>
        public bool Equals(Compiled? other) => other is not null
            && Sources.SequenceEqual(other.Sources) && IncludeDirs.SequenceEqual(other.IncludeDirs)
            && CompileFlags.SequenceEqual(other.CompileFlags) && Defines.SequenceEqual(other.Defines);

        public override int GetHashCode() => HashCode.Combine(Sources.Length, Sources.FirstOrDefault(), Defines.Count);

        private static readonly ImmutableSortedDictionary<string, string?> NoDefines =
            ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal);
    }
}
