using System.Text;

namespace Agon.Contracts.Tests.Problems;

public sealed class YamlLimitsTests : IDisposable
{
    private readonly TaskOnDisk disk = new();

    public void Dispose() => disk.Dispose();

    [Fact]
    public void Aliases_and_merge_keys_are_followed()
    {
        var task = disk.Read("""
            tests:
              - &base {n: 1, kind: a}
              - *base
              - {<<: *base, n: 2}
              - {n: 3, <<: [{n: 9, m: 4}, {m: 5, k: 6}]}
            """);
        Assert.Equal(["n: 1; kind: a", "n: 1; kind: a", "n: 2; kind: a", "k: 6; m: 4; n: 3"], task.Tests.Select(test => test.Line));
    }

    [Theory]
    [InlineData("tests: [*nobody]", "*nobody stands for nothing that comes before it")]
    [InlineData("tests: &a [*a]", "*a stands inside what it stands for")]
    [InlineData("tests: [{<<: 1}]", "<< must name a map or a list of maps")]
    [InlineData("tests: [{[a]: 1}]", "a key must be a word, not a list or a map")]
    [InlineData("seed: !!int 3", "tags such as !!str are not allowed; write the plain value")]
    [InlineData("tests: !!python/object/apply:os.system [id]", "tags such as !!str are not allowed; write the plain value")]
    [InlineData("gpus: ! A100", "tags such as !!str are not allowed; write the plain value")]
    [InlineData("gpus: \"a\\0b\"", "holds a NUL character, which no database stores")]
    public void What_Agon_does_not_take_from_YAML_is_refused_by_line(string yaml, string message) =>
        Assert.Equal($"task.yml:8: {message}", disk.Refusal(yaml));

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: b: c")]
    [InlineData("\tx: 1")]
    [InlineData("x: 'open")]
    [InlineData("- x")]
    [InlineData("a: %")]
    [InlineData("gpus: \"\\uD800\"")]
    [InlineData("gpus: \"\\uDC00\"")]
    [InlineData("gpus: \"\\U0000D800\"")]
    [InlineData("gpus: \"\\uDC00\\uD800\"")]
    [InlineData("gpus: \"\\U00110000\"")]
    public void Text_that_is_no_YAML_is_refused_with_its_line(string yaml) =>
        Assert.Matches(@"^task\.yml:[6-9]: not readable as YAML: \S.*$", disk.Refusal(yaml));

    [Theory]
    [InlineData("", "task.yml: the file must be a map of key: value")]
    [InlineData("# only a remark\n", "task.yml: the file must be a map of key: value")]
    [InlineData("~", "task.yml:1: the file must be a map of key: value")]
    [InlineData("- a\n", "task.yml:1: the file must be a map of key: value")]
    [InlineData("a: 1\n---\nb: 2\n", "task.yml:2: a second document starts here; there must be one")]
    public void A_file_is_one_map(string yaml, string message)
    {
        disk.Write("task.yml", yaml);
        Assert.Equal(message, disk.Refusal());
    }

    [Fact]
    public void Aliases_that_multiply_are_counted_as_if_written_out()
    {
        var yaml = new StringBuilder("libraries: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var n = 1; n < 10; n++)
            yaml.AppendLine($"k{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 10))}]");
        Assert.EndsWith("more than 20,000 values, aliases written out", disk.Refusal(yaml.ToString()));
    }

    [Fact]
    public void A_chain_of_aliases_is_not_deeper_than_lists_may_be()
    {
        var yaml = new StringBuilder("libraries: &a0 [x]\n");
        for (var n = 1; n < 10_000; n++)
            yaml.AppendLine($"k{n}: &a{n} [*a{n - 1}]");
        Assert.EndsWith("nested more than 32 levels deep, aliases written out", disk.Refusal(yaml.ToString()));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(400_000)]
    public void Deep_nesting_is_refused_long_before_it_is_walked(int levels) =>
        Assert.Equal("task.yml:8: nested more than 32 levels deep", disk.Refusal("tests: " + new string('[', levels)));

    [Fact]
    public void Very_many_values_are_refused() =>
        Assert.EndsWith("more than 20,000 values, aliases written out", disk.Refusal("tests: [" + string.Concat(Enumerable.Repeat("[],", 25_000)) + "]"));

    [Fact]
    public void A_task_yml_of_one_megabyte_is_read_and_one_byte_more_is_refused()
    {
        var filler = new string('x', 1_000_000 - Encoding.UTF8.GetByteCount(TaskOnDisk.Yaml) - 2);
        Assert.Equal("py", disk.Read($"# {filler}").Lang);
        Assert.Equal("task.yml: is larger than 1 MB", disk.Refusal($"# {filler}x"));
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        disk.Write("task.yml", "\uFEFF" + TaskOnDisk.Yaml);
        Assert.Equal("py", disk.Read().Lang);
    }

    [Fact]
    public void A_task_yml_that_is_not_UTF_8_is_refused()
    {
        disk.Write("task.yml", [.. Encoding.UTF8.GetBytes(TaskOnDisk.Yaml), (byte)'#', 0xE9, (byte)'\n']);
        Assert.Equal("task.yml: is not UTF-8 text", disk.Refusal());
    }
}
