using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Agon.Server;

/// <summary>Says by its key which setting is wrong, and why; the framework names types of .NET, and of a file not the line.</summary>
public static partial class WrongSetting
{
    /// <summary>One sentence for who has to mend it; null: the fault is not that of a setting out of its range or of a file that is no JSON.</summary>
    public static string? Tell(Exception error) => error switch
    {
        OptionsValidationException refused => string.Join("; ", refused.Failures.Select(failure => Named(failure, refused.OptionsType))),
        AggregateException { InnerExceptions: var all } when all.All(one => one is OptionsValidationException) => string.Join("; ", all.Select(Tell)),
        InvalidDataException when error.GetBaseException() is JsonException { LineNumber: { } line } =>
            $"{error.Message.TrimEnd('.')}: line {line + 1} is no JSON (comments are allowed, and a comma at the end)",
        _ => null,
    };

    private static string Named(string failure, Type options)
    {
        if (Annotation().Match(failure) is not { Success: true } match)
            return failure;
        var (member, why) = (match.Groups["member"].Value, match.Groups["why"].Value.TrimEnd('.'));
        // What says more than a range names its keys by itself.
        return SectionOf(options) is { } section && member.Length > 0 ? why.Replace($"The field {member} ", $"{section}:{member} ", StringComparison.Ordinal) : why;
    }

    private static string? SectionOf(Type options) =>
        options.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetRawConstantValue() as string;

    [GeneratedRegex("^DataAnnotation validation failed for '[^']*' members: '(?<member>[^']*)' with the error: '(?<why>.*)'\\.$", RegexOptions.Singleline)]
    private static partial Regex Annotation();
}
