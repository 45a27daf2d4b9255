using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Problems;

public sealed class TaskFieldsTests : IDisposable
{
    private readonly TaskOnDisk disk = new();

    public void Dispose() => disk.Dispose();

    [Fact]
    public void A_task_with_only_what_is_required_has_the_contracts_defaults()
    {
        var task = disk.Read();
        Assert.Equal("py", task.Lang);
        Assert.Equal("Sort a list.", task.Description);
        Assert.Equal(new TaskConfig.Python("eval.py"), task.Config);
        Assert.Equal(["eval.py", "submission.py"], task.Files.Keys);
        Assert.Equal("print('harness')\n", task.Files["eval.py"]);
        Assert.Equal(TaskDefinition.SubmissionMarker, task.Files["submission.py"]);
        Assert.Empty(task.Tests);
        Assert.Empty(task.Benchmarks);
        Assert.Equal((180, 180, 180), (task.TestTimeoutSeconds, task.BenchmarkTimeoutSeconds, task.RankedTimeoutSeconds));
        Assert.Equal(RankingBy.Last, task.RankingBy);
        Assert.True(task.ScoreAscending);
        Assert.False(task.MultiGpu);
        Assert.Null(task.Seed);
        Assert.Empty(task.Libraries);
        Assert.Empty(task.Gpus);
        Assert.Empty(task.Templates);
        Assert.Equal(IsolationLevel.Standard, task.Agon.MinIsolation);
    }

    [Fact]
    public void Every_field_is_read()
    {
        disk.Write("start.py", "pass\n");
        var task = disk.Read("""
            tests: [{n: 1, case: a}]
            benchmarks: [{n: 2}, {n: 3}]
            test_timeout: 10
            benchmark_timeout: 20
            ranked_timeout: 86400
            ranking_by: geom
            templates: {Python: start.py, CuteDSL: start.py}
            gpus: [A100, B200_Nebius, A100]
            libraries: [numpy]
            seed: -9223372036854775808
            score_ascending: no
            """);
        Assert.Equal("n: 1; case: a", Assert.Single(task.Tests).Line);
        Assert.Equal(["n: 2", "n: 3"], task.Benchmarks.Select(one => one.Line));
        Assert.Equal((10, 20, 86400), (task.TestTimeoutSeconds, task.BenchmarkTimeoutSeconds, task.RankedTimeoutSeconds));
        Assert.Equal(RankingBy.Geom, task.RankingBy);
        Assert.Equal(["CuteDSL", "Python"], task.Templates.Keys);
        Assert.Equal("pass\n", task.Templates["Python"]);
        Assert.Equal(["A100", "B200_Nebius"], task.Gpus.AsEnumerable());
        Assert.Equal("numpy", Assert.Single(task.Libraries));
        Assert.Equal(long.MinValue, task.Seed);
        Assert.False(task.ScoreAscending);
    }

    [Theory]
    [InlineData("gpus: B200", "B200")]
    [InlineData("gpus: [B200, H100]", "B200,H100")]
    [InlineData("gpus: []", "")]
    [InlineData("gpus:", "")]
    public void A_single_gpu_may_stand_without_a_list(string yaml, string gpus) =>
        Assert.Equal(gpus, string.Join(',', disk.Read(yaml).Gpus));

    [Theory]
    [InlineData("last", RankingBy.Last)]
    [InlineData("mean", RankingBy.Mean)]
    [InlineData("geom", RankingBy.Geom)]
    public void Ranking_rules_go_by_their_words(string word, RankingBy rule) =>
        Assert.Equal(rule, disk.Read($"ranking_by: {word}").RankingBy);

    [Fact]
    public void Null_lists_and_a_null_seed_are_as_if_left_out()
    {
        var task = disk.Read("tests:\nbenchmarks: ~\nlibraries: null\ngpus: Null\nseed:\n");
        Assert.Empty(task.Tests);
        Assert.Empty(task.Benchmarks);
        Assert.Empty(task.Libraries);
        Assert.Empty(task.Gpus);
        Assert.Null(task.Seed);
    }

    [Fact]
    public void Multi_gpu_tasks_hold_world_size_in_every_case()
    {
        Assert.True(disk.Read("multi_gpu: true\ntests: [{world_size: 8}]\nbenchmarks: [{n: 1, world_size: 8}]").MultiGpu);
        Assert.Equal(
            "task.yml:11: benchmarks must all hold world_size, because multi_gpu is true",
            disk.Refusal("multi_gpu: true\ntests: [{world_size: 8}]\nbenchmarks:\n  - {n: 1}"));
    }

    [Fact]
    public void Of_repeated_keys_the_last_one_counts()
    {
        disk.Write("second.py", "second\n");
        var task = disk.Read("""
            test_timeout: 1
            test_timeout: 2
            files:
              - {name: submission.py, source: "@SUBMISSION@"}
              - {name: eval.py, source: eval.py}
              - {name: eval.py, source: second.py, note: keys that nobody knows are left alone here}
            tests: [{n: 1, n: 2}]
            """);
        Assert.Equal(2, task.TestTimeoutSeconds);
        Assert.Equal("second\n", task.Files["eval.py"]);
        Assert.Equal("n: 2", Assert.Single(task.Tests).Line);
    }

    [Theory]
    [InlineData("tests_timeout: 5", "task.yml:8: unknown key 'tests_timeout'; known are files, lang, description, config, tests, benchmarks, test_timeout, benchmark_timeout, ranked_timeout, ranking_by, templates, gpus, multi_gpu, libraries, seed, score_ascending")]
    [InlineData("ranking_by: fast", "task.yml:8: ranking_by is 'fast'; it must be last, mean or geom")]
    [InlineData("ranking_by: Geom", "task.yml:8: ranking_by is 'Geom'; it must be last, mean or geom")]
    [InlineData("ranking_by:", "task.yml:8: ranking_by is empty; it must be text")]
    [InlineData("ranking_by: 1", "task.yml:8: ranking_by is '1', which YAML does not take for text; put it in quotes")]
    [InlineData("lang: model", "task.yml:8: lang is 'model'; it must be py, cu or cpp")]
    [InlineData("lang: PY", "task.yml:8: lang is 'PY'; it must be py, cu or cpp")]
    [InlineData("lang: cu", "task.yml:4: unknown key 'config.main'; known are sources, include_dirs, defines, compile_flags")]
    [InlineData("lang: [py]", "task.yml:8: lang must be text, not a list or a map")]
    [InlineData("description: 2025", "task.yml:8: description is '2025', which YAML does not take for text; put it in quotes")]
    [InlineData("config: eval.py", "task.yml:8: config must be a map of key: value")]
    [InlineData("config: {}", "task.yml:8: config.main is missing")]
    [InlineData("config: {main: eval.py, flags: x}", "task.yml:8: unknown key 'config.flags'; known are main")]
    [InlineData("config: {main: other.py}", "task.yml:8: config.main is 'other.py'; it must be one of files' names")]
    [InlineData("test_timeout: 0", "task.yml:8: test_timeout is '0'; it must be a whole number from 1 to 86,400")]
    [InlineData("test_timeout: -5", "task.yml:8: test_timeout is '-5'; it must be a whole number from 1 to 86,400")]
    [InlineData("benchmark_timeout: 86401", "task.yml:8: benchmark_timeout is '86401'; it must be a whole number from 1 to 86,400")]
    [InlineData("ranked_timeout: 1.5", "task.yml:8: ranked_timeout is '1.5'; it must be a whole number from 1 to 86,400")]
    [InlineData("ranked_timeout: '60'", "task.yml:8: ranked_timeout is '60'; it must be a whole number from 1 to 86,400")]
    [InlineData("ranked_timeout: yes", "task.yml:8: ranked_timeout is 'yes'; it must be a whole number from 1 to 86,400")]
    [InlineData("ranked_timeout:", "task.yml:8: ranked_timeout is empty; it must be a whole number from 1 to 86,400")]
    [InlineData("ranked_timeout: []", "task.yml:8: ranked_timeout is a list; it must be a whole number from 1 to 86,400")]
    [InlineData("multi_gpu: 1", "task.yml:8: multi_gpu is '1'; it must be true or false")]
    [InlineData("multi_gpu: 'true'", "task.yml:8: multi_gpu is 'true'; it must be true or false")]
    [InlineData("score_ascending: {}", "task.yml:8: score_ascending is a map; it must be true or false")]
    [InlineData("seed: 9223372036854775808", "task.yml:8: seed is '9223372036854775808'; it must be a whole number of at most 64 bits, or null")]
    [InlineData("seed: x", "task.yml:8: seed is 'x'; it must be a whole number of at most 64 bits, or null")]
    [InlineData("libraries: numpy", "task.yml:8: libraries must be a list")]
    [InlineData("libraries: [[a]]", "task.yml:8: libraries[0] must be text, not a list or a map")]
    [InlineData("gpus: [a/b]", "task.yml:8: gpus names 'a/b'; a name has 1 to 64 ASCII letters, digits, dots, hyphens and underscores, and starts with a letter or a digit")]
    [InlineData("gpus: [100]", "task.yml:8: gpus[0] is '100', which YAML does not take for text; put it in quotes")]
    [InlineData("gpus: {A100: 1}", "task.yml:8: gpus must be a list")]
    [InlineData("templates: {}", "task.yml:8: templates is empty; name a language and a file, or leave it out")]
    [InlineData("templates:", "task.yml:8: templates must be a map of key: value")]
    [InlineData("templates: {python: eval.py}", "task.yml:8: unknown key 'templates.python'; known are CUDA, Python, Triton, HIP, CuteDSL, C++")]
    [InlineData("templates: {Python: none.py}", "task.yml:8: templates.Python 'none.py' does not exist")]
    [InlineData("tests: {n: 1}", "task.yml:8: tests must be a list")]
    [InlineData("tests: [n]", "task.yml:8: tests[0] must be a map of argument: value")]
    [InlineData("files:", "task.yml:8: files must have one entry with source: \"@SUBMISSION@\", the place of what is handed in")]
    [InlineData("files: x.py", "task.yml:8: files must be a list")]
    [InlineData("files: [x.py]", "task.yml:8: files[0] must be a map of key: value")]
    [InlineData("files: [{source: eval.py}]", "task.yml:8: files[0].name is missing")]
    [InlineData("files: [{name: eval.py}]", "task.yml:8: files[0].source is missing")]
    [InlineData("files: [{name: a/b.py, source: eval.py}]", "task.yml:8: files[0].name is 'a/b.py'; it must be a plain file name of at most 100 letters, without a folder")]
    [InlineData("files: [{name: '..', source: eval.py}]", "task.yml:8: files[0].name is '..'; it must be a plain file name of at most 100 letters, without a folder")]
    [InlineData("files: [{name: '', source: eval.py}]", "task.yml:8: files[0].name is ''; it must be a plain file name of at most 100 letters, without a folder")]
    [InlineData("files: [{name: eval.py, source: eval.py}]", "task.yml:8: files must have one entry with source: \"@SUBMISSION@\", the place of what is handed in")]
    public void A_wrong_field_is_refused_with_file_line_field_and_what_would_be_right(string yaml, string message) =>
        Assert.Equal(message, disk.Refusal(yaml));

    [Theory]
    [InlineData("lang")]
    [InlineData("description")]
    [InlineData("config")]
    [InlineData("files")]
    public void A_required_key_that_is_missing_is_named(string key)
    {
        disk.Write("task.yml", string.Join('\n', Sections().Where(section => !section.StartsWith(key + ":", StringComparison.Ordinal))));
        Assert.Equal($"task.yml:1: {key} is missing", disk.Refusal());
    }

    // One top-level key each, with the indented lines below it.
    private static IEnumerable<string> Sections() =>
        TaskOnDisk.Yaml.TrimEnd().Replace("\n  ", "\u0001  ").Split('\n').Select(section => section.Replace("\u0001", "\n"));
}
