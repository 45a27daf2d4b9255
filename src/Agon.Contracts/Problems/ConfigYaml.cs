using System.Collections.Immutable;
using Agon.Domain.Problems;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary><c>config</c> of task.yml: which keys it has depends on the language.</summary>
internal static class ConfigYaml
{
    public static TaskConfig Read(string file, string lang, YamlNode node, ImmutableSortedDictionary<string, string> files)
    {
        var config = new YamlFields(file, "config", node);
        return TaskLanguage.IsCompiled(lang) ? Compiled(file, lang, config, files) : Python(config, files);
    }

    private static TaskConfig.Python Python(YamlFields config, ImmutableSortedDictionary<string, string> files)
    {
        config.RefuseUnknown("main");
        var main = config.Text("main");
        return files.ContainsKey(main)
            ? new TaskConfig.Python(main)
            : throw config.Wrong("main", $"is {Shown(main)}; it must be one of files' names");
    }

    private static TaskConfig.Compiled Compiled(string file, string lang, YamlFields config, ImmutableSortedDictionary<string, string> files)
    {
        config.RefuseUnknown("sources", "include_dirs", "defines", "compile_flags");
        config.Require("sources");
        var compiled = new TaskConfig.Compiled
        {
            Sources = config.TextList("sources"),
            IncludeDirs = config.TextList("include_dirs"),
            Defines = Defines(file, config),
            CompileFlags = config.TextList("compile_flags"),
        };
        if (compiled.Sources.IsEmpty)
            throw config.Wrong("sources", "is empty; it must name the files that are compiled");
        if (compiled.Sources.FirstOrDefault(source => !files.ContainsKey(source)) is { } stranger)
            throw config.Wrong("sources", $"names {Shown(stranger)}; it must be one of files' names");
        if (compiled.IncludeDirs.FirstOrDefault(folder => folder.Length == 0 || !CompilerRules.IsWord(folder)) is { } folder)
            throw config.Wrong("include_dirs", $"names {Shown(folder)}; a folder has 1 to {CompilerRules.LongestWord} letters on one line");
        return compiled.CompileFlags.FirstOrDefault(flag => !CompilerRules.IsFlag(lang, flag)) is { } flag
            ? throw config.Wrong("compile_flags", $"has {Shown(flag)}; {CompilerRules.FlagRule}")
            : compiled;
    }

    // Values as Python's str() gives them, which is what KernelBot puts behind -DNAME= (contract section 8.2).
    private static ImmutableSortedDictionary<string, string?> Defines(string file, YamlFields config)
    {
        var defines = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        if (config.IsAbsent("defines"))
            return defines.ToImmutable();
        foreach (var (key, value) in new YamlFields(file, "config.defines", config.Require("defines")).Entries)
        {
            if (!CompilerRules.IsMacro(key.Text))
                throw new ProblemFileException(file, key.Line, $"config.defines has {Shown(key.Text)}; a macro's name must be an identifier");
            var text = value is YamlWord word ? YamlScalars.Resolve(word)?.ToPython() : null;
            if (text is null || !CompilerRules.IsWord(text))
                throw new ProblemFileException(
                    file, value.Line, $"config.defines.{key.Text} must be a word, a number or null, of at most {CompilerRules.LongestWord} letters on one line");
            defines[key.Text] = value is YamlWord plain && YamlScalars.Resolve(plain) is CaseValue.Nothing ? null : text;
        }
        return defines.ToImmutable();
    }
}
