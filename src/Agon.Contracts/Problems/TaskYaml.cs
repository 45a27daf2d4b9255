using System.Collections.Immutable;
using Agon.Domain.Problems;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary>The fields of task.yml (contract section 7.1).</summary>
internal static class TaskYaml
{
    private const int MostFiles = 100;
    private const int LongestTimeoutSeconds = 86_400;
    private static readonly string[] TemplateLanguages = ["CUDA", "Python", "Triton", "HIP", "CuteDSL", "C++"];

    public static TaskDefinition Read(string file, YamlNode? root, SourceFolder sources)
    {
        var fields = new YamlFields(file, "", root);
        fields.RefuseUnknown(
            "files", "lang", "description", "config", "tests", "benchmarks", "test_timeout", "benchmark_timeout", "ranked_timeout",
            "ranking_by", "templates", "gpus", "multi_gpu", "libraries", "seed", "score_ascending");
        var lang = Lang(fields);
        var files = Files(file, fields, sources);
        var multiGpu = fields.Flag("multi_gpu", otherwise: false);
        return new TaskDefinition
        {
            Lang = lang,
            Files = files,
            Config = ConfigYaml.Read(file, lang, fields.Require("config"), files),
            Description = fields.Text("description"),
            Tests = Cases(file, fields, "tests", multiGpu),
            Benchmarks = Cases(file, fields, "benchmarks", multiGpu),
            TestTimeoutSeconds = Timeout(fields, "test_timeout"),
            BenchmarkTimeoutSeconds = Timeout(fields, "benchmark_timeout"),
            RankedTimeoutSeconds = Timeout(fields, "ranked_timeout"),
            RankingBy = Ranking(fields),
            ScoreAscending = fields.Flag("score_ascending", otherwise: true),
            Seed = fields.OptionalLong("seed"),
            MultiGpu = multiGpu,
            Libraries = fields.TextList("libraries"),
            Gpus = GpuNames.Read(fields),
            Templates = Templates(file, fields, sources),
        };
    }

    private static string Lang(YamlFields fields) => fields.Text("lang") is var lang && TaskLanguage.IsKnown(lang)
        ? lang
        : throw fields.Wrong("lang", $"is {Shown(lang)}; it must be py, cu or cpp");

    private static ImmutableSortedDictionary<string, string> Files(string file, YamlFields fields, SourceFolder sources)
    {
        fields.Require("files");
        var listed = fields.List("files");
        if (listed.Count > MostFiles)
            throw fields.Wrong("files", $"names {listed.Count} files; {MostFiles} are allowed");
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (n, item) in listed.Index())
        {
            var entry = new YamlFields(file, $"files[{n}]", item);
            files[FileName(entry)] = entry.Text("source") == TaskDefinition.SubmissionMarker
                ? TaskDefinition.SubmissionMarker
                : sources.Read(entry, "source");
        }
        return files.ContainsValue(TaskDefinition.SubmissionMarker)
            ? files.ToImmutable()
            : throw fields.Wrong("files", $"must have one entry with source: \"{TaskDefinition.SubmissionMarker}\", the place of what is handed in");
    }

    // Written by name into one fresh folder: it must stay inside, and no folder is made for it (contract section 8.2).
    private static string FileName(YamlFields entry)
    {
        var name = entry.Text("name");
        return name is "" or "." or ".." || name.Length > 100 || name.Any(letter => letter == '/' || char.IsControl(letter))
            ? throw entry.Wrong("name", $"is {Shown(name)}; it must be a plain file name of at most 100 letters, without a folder")
            : name;
    }

    private static ImmutableArray<Case> Cases(string file, YamlFields fields, string key, bool multiGpu)
    {
        var cases = fields.List(key).Select((item, n) => (Node: item, Case: CaseYaml.Read(file, $"{key}[{n}]", item))).ToList();
        return multiGpu && cases.FirstOrDefault(item => !item.Case.Has("world_size")) is { Node: { } lacking }
            ? throw new ProblemFileException(file, lacking.Line, $"{key} must all hold world_size, because multi_gpu is true")
            : [.. cases.Select(item => item.Case)];
    }

    private static int Timeout(YamlFields fields, string key) =>
        fields.Number(key, TaskDefinition.DefaultTimeoutSeconds, min: 1, max: LongestTimeoutSeconds);

    private static RankingBy Ranking(YamlFields fields) => !fields.Has("ranking_by")
        ? RankingBy.Last
        : TaskDocument.ParseRanking(fields.Text("ranking_by"))
            ?? throw fields.Wrong("ranking_by", $"is {Shown(fields.Text("ranking_by"))}; it must be last, mean or geom");

    private static ImmutableSortedDictionary<string, string> Templates(string file, YamlFields fields, SourceFolder sources)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!fields.Has("templates"))
            return texts.ToImmutable();
        var templates = new YamlFields(file, "templates", fields.Require("templates"));
        templates.RefuseUnknown(TemplateLanguages);
        foreach (var entry in templates.Entries)
            texts[entry.Key.Text] = sources.Read(templates, entry.Key.Text);
        return texts.Count > 0 ? texts.ToImmutable() : throw fields.Wrong("templates", "is empty; name a language and a file, or leave it out");
    }
}
