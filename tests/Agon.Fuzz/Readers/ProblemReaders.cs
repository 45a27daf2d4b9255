using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agon.Contracts;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What organisers write, and what is stored of it.</summary>
internal static class ProblemReaders
{
    private const string TaskYaml = """
        lang: py
        description: |
          Sort a list.
        config: {main: eval.py}
        files:
          - {name: submission.py, source: "@SUBMISSION@"}
          - {name: eval.py, source: eval.py}
        templates: {Python: eval.py}
        tests:
          - &a {n: 1, m: [1, 2.5, yes], kind: "x", seed: 7}
          - {<<: *a, n: 0x10}
        benchmarks: [{n: 12:30, seed: 1_0}]
        test_timeout: 60
        benchmark_timeout: 60
        ranked_timeout: 180
        ranking_by: geom
        seed: 9001
        gpus: [CPU, A100]
        """;

    private const string CompiledYaml = """
        lang: cpp
        description: Sort it.
        config: {sources: [eval.cpp, submission.cpp], include_dirs: [inc], defines: {BINS: 256, FAST: null}, compile_flags: [-O3]}
        files: [{name: submission.cpp, source: "@SUBMISSION@"}, {name: eval.cpp, source: eval.py}]
        tests: [{n: 1}]
        benchmarks: [{n: 1}]
        multi_gpu: false
        """;

    private const string CompetitionYaml = """
        name: Examples
        deadline: ""
        description: Contests.
        problems:
          - {directory: task, name: sort, deadline: "2031-03-04 12:30", gpus: [CPU]}
          - {directory: task, name: other, deadline: 2031-3-4}
        """;

    private static readonly JsonTypeInfo<Case> OfCase = (JsonTypeInfo<Case>)AgonJson.Default.GetTypeInfo(typeof(Case))!;

    public static IEnumerable<Target> In(ScratchFolder scratch)
    {
        // Three levels, because a set's root is two above a task's folder where git tells nothing.
        var set = scratch.Of("problems/root/set");
        var task = scratch.Of("problems/root/set/task");
        File.WriteAllText(Path.Combine(task, "eval.py"), "print('harness')\n");
        var (taskFile, agonFile, competition) = (Path.Combine(task, TaskFolder.TaskFile), Path.Combine(task, TaskFolder.AgonFile), Path.Combine(set, "contest.yaml"));
        File.WriteAllText(taskFile, TaskYaml);

        yield return Target.Reader<ProblemFileException>("task.yml", Texts(TaskYaml, CompiledYaml), bytes => With(taskFile, bytes, TaskYaml, () =>
        {
            var definition = TaskFolder.Read(task);
            _ = TaskLint.Of(definition).ToList();
            AsStored(definition);
        }));
        yield return Target.Reader<ProblemFileException>("agon.yml", Texts("# ours\nmin_isolation: none\n", "min_isolation: strong"), bytes => With(agonFile, bytes, "", () => TaskFolder.Read(task)));
        yield return Target.Reader<ProblemFileException>("competition YAML", Texts(CompetitionYaml), bytes => With(competition, bytes, "", () => CompetitionFile.Read(competition)));
        yield return Target.Reader<ProblemFileException>("problem set", Texts(CompetitionYaml), bytes => With(competition, bytes, "", () => ProblemSet.Read(set)));
        yield return Target.Reader<JsonException>("case JSON", Texts(
            """{"n": 1, "m": [1, 2.5, true], "kind": "x\u00e9", "none": null}""", """{"size": 18446744073709551616, "rate": 1e-7}"""), bytes =>
        {
            var one = JsonSerializer.Deserialize(bytes, OfCase) ?? throw new FuzzFaultException("null became a case");
            var again = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(one, OfCase), OfCase)!;
            FuzzFaultException.Unless(one.Equals(again), $"the case '{one.Line}' came back as '{again.Line}'");
        });
        yield return Target.Reader<JsonException>("stored task", [Stored(TaskYaml), Stored(CompiledYaml)], bytes =>
            _ = (JsonSerializer.Deserialize(bytes, AgonJson.Default.TaskDocument) ?? throw new JsonException("null")).ToTask(new AgonSettings(), "").Tests.Select(one => one.Line).ToList());

        byte[] Stored(string yaml) => With(taskFile, System.Text.Encoding.UTF8.GetBytes(yaml), TaskYaml, () =>
            JsonSerializer.SerializeToUtf8Bytes(TaskDocument.From(TaskFolder.Read(task)), AgonJson.Default.TaskDocument));
    }

    // Whatever task.yml may say has to survive being stored.
    private static void AsStored(TaskDefinition task)
    {
        var json = JsonSerializer.Serialize(TaskDocument.From(task), AgonJson.Default.TaskDocument);
        var again = JsonSerializer.Deserialize(json, AgonJson.Default.TaskDocument)!.ToTask(task.Agon, task.Description);
        FuzzFaultException.Unless(task.Tests.SequenceEqual(again.Tests) && task.Benchmarks.SequenceEqual(again.Benchmarks), "its cases are others once they are stored");
    }

    private static void With(string path, byte[] bytes, string otherwise, Action read) => With(path, bytes, otherwise, () =>
    {
        read();
        return true;
    });

    /// <summary>Reads with the file so, and leaves it as it is to be for the other readers.</summary>
    private static T With<T>(string path, byte[] bytes, string otherwise, Func<T> read)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            return read();
        }
        finally
        {
            if (otherwise.Length == 0)
                File.Delete(path);
            else
                File.WriteAllText(path, otherwise);
        }
    }
}
