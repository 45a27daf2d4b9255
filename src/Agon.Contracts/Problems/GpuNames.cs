using System.Collections.Immutable;
using Agon.Domain.Leaderboards;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary>The <c>gpus</c> of a task or a competition's problem.</summary>
internal static class GpuNames
{
    /// <summary>In the file's order, each once in whatever case; a single word is a list of one; none where the key is missing or null.</summary>
    public static ImmutableArray<string> Read(YamlFields fields)
    {
        var names = fields.Find("gpus") is YamlWord { } && fields.OptionalText("gpus") is { } single ? [single] : fields.TextList("gpus");
        return names.FirstOrDefault(name => !RouteName.IsValid(name)) is { } odd
            ? throw fields.Wrong("gpus", $"names {Shown(odd)}; {RouteName.Rule}")
            : [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
