using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary><c>config</c> of a stored task: <c>main</c> alone where lang is py, else all keys but that (contract section 7.1).</summary>
public sealed record TaskConfigDocument
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Main { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Sources { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? IncludeDirs { get; init; }

    /// <summary>Macro to text or null. KernelBot also stores numbers and booleans, as its YAML had them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Case? Defines { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? CompileFlags { get; init; }

    public static TaskConfigDocument From(TaskConfig config) => config switch
    {
        TaskConfig.Python(var main) => new() { Main = main },
        TaskConfig.Compiled compiled => new()
        {
            Sources = compiled.Sources,
            IncludeDirs = compiled.IncludeDirs,
            Defines = new Case(compiled.Defines.Select(define => KeyValuePair.Create<string, CaseValue>(
                define.Key, define.Value is { } value ? new CaseValue.Text(value) : new CaseValue.Nothing()))),
            CompileFlags = compiled.CompileFlags,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <exception cref="JsonException">A key of this language is missing, or holds what no task.yml could have.</exception>
    public TaskConfig ToConfig(string lang)
    {
        if (!TaskLanguage.IsKnown(lang))
            throw new JsonException($"lang is '{lang}', not py, cu or cpp");
        if (lang == TaskLanguage.Python)
            return new TaskConfig.Python(Main ?? throw new JsonException("config has no main"));
        var compiled = new TaskConfig.Compiled
        {
            Sources = [.. Sources ?? throw new JsonException("config has no sources")],
            IncludeDirs = [.. IncludeDirs ?? []],
            Defines = (Defines?.AsEnumerable() ?? []).ToImmutableSortedDictionary(
                define => define.Key, define => define.Value is CaseValue.Nothing ? null : define.Value.ToPython(), StringComparer.Ordinal),
            CompileFlags = [.. CompileFlags ?? []],
        };
        return Odd(lang, compiled) is { } odd ? throw new JsonException(odd) : compiled;
    }

    // A database may hold what another program wrote: the compiler is told nothing that task.yml could not say.
    private static string? Odd(string lang, TaskConfig.Compiled config) =>
        config.Sources.Concat(config.IncludeDirs).Concat(config.CompileFlags).Any(word => word is null) ? "config lists a null"
        : config.CompileFlags.FirstOrDefault(flag => !CompilerRules.IsFlag(lang, flag)) is { } flag ? $"the compile flag '{flag}' is not allowed"
        : config.Defines.Keys.FirstOrDefault(name => !CompilerRules.IsMacro(name)) is { } macro ? $"the macro '{macro}' is no identifier"
        : config.Defines.Values.Concat(config.IncludeDirs).FirstOrDefault(word => word is not null && !CompilerRules.IsWord(word)) is not null
            ? "a macro's value or an include folder is not one short line"
        : null;
}
