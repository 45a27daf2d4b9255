using System.Text.Json;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;

namespace Agon.Contracts.Tests.Problems;

public sealed class CompiledTaskTests : IDisposable
{
    private const string Compiled = """
        lang: cpp
        files:
          - {name: submission.cpp, source: "@SUBMISSION@"}
          - {name: eval.cpp, source: eval.py}
          - {name: task.h, source: eval.py}
        config:
        """;

    private readonly TaskOnDisk disk = new();

    public void Dispose() => disk.Dispose();

    [Theory]
    [InlineData("cpp")]
    [InlineData("cu")]
    public void A_compiled_task_has_sources_and_may_leave_the_rest_out(string lang)
    {
        var task = Read("{sources: [eval.cpp, submission.cpp]}", lang);
        Assert.Equal(lang, task.Lang);
        Assert.Equal(new TaskConfig.Compiled { Sources = ["eval.cpp", "submission.cpp"] }, task.Config);
    }

    [Fact]
    public void Every_key_of_its_config_is_read_and_values_of_macros_are_as_Python_writes_them()
    {
        var config = Assert.IsType<TaskConfig.Compiled>(Read(
            "{sources: [eval.cpp], include_dirs: [/usr/include/x, sub], defines: {A: 1, B_2: null, _C: yes, D: a b}, compile_flags: [-O2, -mavx2]}").Config);
        Assert.Equal(["/usr/include/x", "sub"], config.IncludeDirs.AsEnumerable());
        Assert.Equal(["A=1", "B_2=", "D=a b", "_C=True"], config.Defines.Select(define => $"{define.Key}={define.Value}"));
        Assert.Null(config.Defines["B_2"]);
        Assert.Equal(["-O2", "-mavx2"], config.CompileFlags.AsEnumerable());
    }

    [Fact]
    public void A_stored_compiled_task_has_the_contracts_keys_and_comes_back_as_it_was()
    {
        var task = Read("{sources: [eval.cpp], include_dirs: [sub], defines: {A: 1, B: null}, compile_flags: [-O2]}");
        var json = JsonSerializer.Serialize(TaskDocument.From(task), AgonJson.Wire.TaskDocument);
        Assert.Contains(
            """
            "config":{"sources":["eval.cpp"],"include_dirs":["sub"],"defines":{"A":"1","B":null},"compile_flags":["-O2"]}
            """, json, StringComparison.Ordinal);
        Assert.Equal(task.Config, JsonSerializer.Deserialize(json, AgonJson.Wire.TaskDocument)!.ToTask(task.Agon, "").Config);
    }

    [Fact]
    public void A_task_that_KernelBot_stored_may_have_numbers_for_macros()
    {
        const string Json = """{"lang":"cu","files":{},"config":{"sources":["a.cu"],"include_dirs":[],"defines":{"N":3,"X":null},"compile_flags":[]}}""";
        var config = Assert.IsType<TaskConfig.Compiled>(Stored(Json));
        Assert.Equal("3", config.Defines["N"]);
        Assert.Null(config.Defines["X"]);
    }

    [Theory]
    [InlineData("""{"lang":"py","files":{},"config":{}}""")]
    [InlineData("""{"lang":"cu","files":{},"config":{"main":"eval.py"}}""")]
    [InlineData("""{"lang":"rs","files":{},"config":{"main":"eval.py"}}""")]
    [InlineData("""{"lang":"cpp","files":{},"config":{"sources":["a.cpp"],"compile_flags":["-fplugin=./x.so"]}}""")]
    [InlineData("""{"lang":"cpp","files":{},"config":{"sources":["a.cpp"],"defines":{"a b":null}}}""")]
    [InlineData("""{"lang":"cpp","files":{},"config":{"sources":["a.cpp"],"include_dirs":["a\nb"]}}""")]
    public void A_stored_config_that_is_none_is_refused(string json) => Assert.Throws<JsonException>(() => Stored(json));

    [Theory]
    [InlineData("{main: eval.cpp}", "unknown key 'config.main'; known are sources, include_dirs, defines, compile_flags")]
    [InlineData("{}", "config.sources is missing")]
    [InlineData("{sources: []}", "config.sources is empty; it must name the files that are compiled")]
    [InlineData("{sources: eval.cpp}", "config.sources must be a list")]
    [InlineData("{sources: [other.cpp]}", "config.sources names 'other.cpp'; it must be one of files' names")]
    [InlineData("{sources: [eval.cpp], include_dirs: ['']}", "config.include_dirs names ''; a folder has 1 to 200 letters on one line")]
    [InlineData("{sources: [eval.cpp], defines: [A]}", "config.defines must be a map of key: value")]
    [InlineData("{sources: [eval.cpp], defines: {'A B': 1}}", "config.defines has 'A B'; a macro's name must be an identifier")]
    [InlineData("{sources: [eval.cpp], defines: {A: [1]}}", "config.defines.A must be a word, a number or null, of at most 200 letters on one line")]
    public void A_wrong_config_is_refused_with_line_and_field(string config, string message) =>
        Assert.Equal($"task.yml:13: {message}", Refusal(config));

    [Theory]
    [InlineData("-fplugin=./evil.so")]
    [InlineData("-fplugin-arg-x")]
    [InlineData("-specs=x")]
    [InlineData("-wrapper")]
    [InlineData("-B.")]
    [InlineData("-Wl,-rpath,.")]
    [InlineData("-Wp,-M")]
    [InlineData("-Wa,-a")]
    [InlineData("-o")]
    [InlineData("@file")]
    [InlineData("-Xptxas=-v")]
    [InlineData("-include=/etc/passwd")]
    [InlineData("-fdump-tree-all")]
    [InlineData("-fprofile-use=x")]
    [InlineData("-flto-partition=x")]
    [InlineData("-save-temps")]
    [InlineData("--use_fast_math")]
    public void A_flag_that_could_load_run_or_write_something_is_refused(string flag) =>
        Assert.StartsWith($"task.yml:13: config.compile_flags has '{flag}'; allowed are -O*", Refusal($"{{sources: [eval.cpp], compile_flags: ['{flag}']}}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("cpp", "-O3")]
    [InlineData("cpp", "-Ofast")]
    [InlineData("cpp", "-march=native")]
    [InlineData("cpp", "-mavx512f")]
    [InlineData("cpp", "-ffast-math")]
    [InlineData("cpp", "-fno-exceptions")]
    [InlineData("cpp", "-fopenmp")]
    [InlineData("cpp", "-Wno-unused")]
    [InlineData("cpp", "-std=c++23")]
    [InlineData("cu", "--use_fast_math")]
    [InlineData("cu", "-maxrregcount=64")]
    public void Flags_of_optimisation_and_warnings_are_allowed(string lang, string flag) =>
        Assert.Equal(flag, Assert.Single(Assert.IsType<TaskConfig.Compiled>(Read($"{{sources: [eval.cpp], compile_flags: ['{flag}']}}", lang).Config).CompileFlags));

    private static TaskConfig Stored(string json) =>
        JsonSerializer.Deserialize(json, AgonJson.Wire.TaskDocument)!.ToTask(new AgonSettings(), "").Config;

    private TaskDefinition Read(string config, string lang = "cpp") => disk.Read(Yaml(config, lang));

    private string Refusal(string config) => disk.Refusal(Yaml(config, "cpp"));

    private static string Yaml(string config, string lang) => Compiled.Replace("lang: cpp", $"lang: {lang}", StringComparison.Ordinal) + " " + config;
}
