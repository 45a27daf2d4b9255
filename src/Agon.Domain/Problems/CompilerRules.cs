using System.Text.RegularExpressions;

namespace Agon.Domain.Problems;

/// <summary>What a task may say to a compiler (threats T29): nothing that loads code, names another program or writes elsewhere.</summary>
public static partial class CompilerRules
{
    public const int LongestWord = 200;

    /// <summary>How an error says what <see cref="IsFlag"/> allows.</summary>
    public const string FlagRule = "allowed are -O*, -g, -std=*, -W* of warnings, -f* and -m* of code generation, -pthread, -fopenmp and, for cu, "
        + "--use_fast_math, --extended-lambda, --expt-relaxed-constexpr, -lineinfo, -maxrregcount=N and the like";

    /// <summary>An allow list: whatever is not known to be harmless is refused.</summary>
    public static bool IsFlag(string lang, string flag) =>
        flag.Length <= LongestWord && (Common().IsMatch(flag) || (lang == TaskLanguage.Cuda ? Cuda() : Gnu()).IsMatch(flag));

    /// <summary>Macros are identifiers (contract section 8.2).</summary>
    public static bool IsMacro(string name) => name.Length <= LongestWord && Identifier().IsMatch(name);

    /// <summary>A value of a macro or an include folder: one line of text. It reaches the compiler as one word, by no shell.</summary>
    public static bool IsWord(string text) => text.Length <= LongestWord && !text.Any(char.IsControl);

    [GeneratedRegex(@"^(?:-O(?:[0-3sg]|fast)?|-g[0-3]?|-std=(?:c|gnu)\+\+[0-9a-z]{2})\z")]
    private static partial Regex Common();

    // -fplugin=, -specs=, -wrapper, -B, -Wl, and -Wp, load code or reach other tools; -fdump*, -save-temps and -fprofile* write files.
    [GeneratedRegex(@"^(?:-pthread|-fopenmp(?:-simd)?|-pedantic|-W(?:no-)?[a-z][a-z0-9+-]*(?:=[0-9]{1,6})?"
        + @"|-f(?!plugin|dump|profile|auto-profile|lto|use-|stack-usage|callgraph|save|record|sanitize|test|compare|diagnostics)(?:no-)?[a-z][a-z0-9-]*(?:=[a-z0-9]{1,20})?"
        + @"|-m(?:no-)?[a-z0-9][a-z0-9.-]*(?:=[a-z0-9.-]{1,40})?)\z")]
    private static partial Regex Gnu();

    [GeneratedRegex(@"^(?:--?use_fast_math|--?extended-lambda|--expt-(?:extended-lambda|relaxed-constexpr)|--?restrict|--?lineinfo|-lineinfo"
        + @"|--?(?:ftz|prec-div|prec-sqrt|fmad)=(?:true|false)|--?maxrregcount=[0-9]{1,3}|--?diag-suppress=[0-9,]{1,60}|-rdc=(?:true|false)|-w)\z")]
    private static partial Regex Cuda();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Identifier();
}
