namespace Agon.Contracts.Tests.Problems;

public sealed class CaseValuesTests : IDisposable
{
    private readonly TaskOnDisk disk = new();

    public void Dispose() => disk.Dispose();

    [Theory]
    [InlineData("128", "128")]
    [InlineData("-7", "-7")]
    [InlineData("+7", "7")]
    [InlineData("0", "0")]
    [InlineData("010", "8")]
    [InlineData("-010", "-8")]
    [InlineData("0_7", "7")]
    [InlineData("08", "08")]
    [InlineData("0o10", "0o10")]
    [InlineData("1_000", "1000")]
    [InlineData("1__0", "10")]
    [InlineData("_1", "_1")]
    [InlineData("0x1F", "31")]
    [InlineData("-0xff_ff", "-65535")]
    [InlineData("0xg", "0xg")]
    [InlineData("0b101", "5")]
    [InlineData("0b1_1", "3")]
    [InlineData("0b2", "0b2")]
    [InlineData("12:30", "750")]
    [InlineData("-1:00:00", "-3600")]
    [InlineData("12:60", "12:60")]
    [InlineData("0:30", "0:30")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.", "1.0")]
    [InlineData(".5", "0.5")]
    [InlineData("-.5", "-.5")]
    [InlineData("1_0.2_5", "10.25")]
    [InlineData("1e3", "1e3")]
    [InlineData("1.0e3", "1.0e3")]
    [InlineData("1.0e+3", "1000.0")]
    [InlineData("1.0E-5", "1e-05")]
    [InlineData("1.0e+16", "1e+16")]
    [InlineData("1:30.5", "90.5")]
    [InlineData("-0.0", "0.0")]
    [InlineData("true", "True")]
    [InlineData("False", "False")]
    [InlineData("YES", "True")]
    [InlineData("no", "False")]
    [InlineData("on", "True")]
    [InlineData("Off", "False")]
    [InlineData("y", "y")]
    [InlineData("n", "n")]
    [InlineData("tRUE", "tRUE")]
    [InlineData("~", "None")]
    [InlineData("null", "None")]
    [InlineData("NULL", "None")]
    [InlineData("nULL", "nULL")]
    [InlineData("none", "none")]
    [InlineData("", "None")]
    [InlineData("'12'", "12")]
    [InlineData("\"yes\"", "yes")]
    [InlineData("''", "")]
    [InlineData("fp16_mixed", "fp16_mixed")]
    [InlineData("inf", "inf")]
    [InlineData("２", "２")]
    [InlineData("[1, 2]", "[1, 2]")]
    [InlineData("[]", "[]")]
    [InlineData("[yes, 'yes', 1.0, ~, [0x10]]", "[True, 'yes', 1.0, None, [16]]")]
    [InlineData("[\"it's\", 'a\"b']", "[\"it's\", 'a\"b']")]
    public void A_value_means_what_YAML_1_1_says_and_is_sent_as_Python_writes_it(string yaml, string sent) =>
        Assert.Equal($"value: {sent}", Assert.Single(disk.Read($"tests:\n  - value: {yaml}\n").Tests).Line);

    [Theory]
    [InlineData(".inf")]
    [InlineData("-.Inf")]
    [InlineData(".nan")]
    [InlineData("1.0e+999")]
    public void A_number_that_is_not_finite_is_refused(string yaml) =>
        Assert.Equal($"task.yml:9: tests[0].x is '{yaml}'; a number must be finite", disk.Refusal($"tests:\n  - x: {yaml}\n"));

    [Theory]
    [InlineData("x: 2025-01-31", "tests[0].x is '2025-01-31', which YAML takes for a date; put it in quotes")]
    [InlineData("x: 2025-1-3 10:00:00", "tests[0].x is '2025-1-3 10:00:00', which YAML takes for a date; put it in quotes")]
    [InlineData("x: {y: 1}", "tests[0].x must be a number, a word, true, false, null or a list of these")]
    [InlineData("x: \"a\\nb: 2\"", "tests[0].x holds a line break or a control character")]
    [InlineData("x: \"a\\u2028b\"", "tests[0].x holds a line break or a control character")]
    [InlineData("x: [\"a\\eb\"]", "tests[0].x[0] holds a line break or a control character")]
    [InlineData("\"a;b\": 1", "tests[0] has the argument 'a;b'; a name has 1 to 100 letters, none of them : or ; or a line break")]
    [InlineData("\"a:b\": 1", "tests[0] has the argument 'a:b'; a name has 1 to 100 letters, none of them : or ; or a line break")]
    [InlineData("\"\": 1", "tests[0] has the argument ''; a name has 1 to 100 letters, none of them : or ; or a line break")]
    [InlineData("on: 1", "tests[0] has the argument 'on', which YAML does not take for text; put it in quotes")]
    [InlineData("12: 1", "tests[0] has the argument '12', which YAML does not take for text; put it in quotes")]
    public void A_case_that_could_not_be_one_line_is_refused(string yaml, string message) =>
        Assert.Equal($"task.yml:9: {message}", disk.Refusal($"tests:\n  - {yaml}\n"));

    [Fact]
    public void A_number_has_at_most_as_many_digits_as_Python_takes()
    {
        var digits = new string('7', 4300);
        Assert.Equal($"x: {digits}", Assert.Single(disk.Read($"tests: [{{x: {digits}}}]").Tests).Line);
        Assert.Equal("task.yml:8: tests[0].x is a number of more than 4,300 digits", disk.Refusal($"tests: [{{x: {digits}7}}]"));
    }

    [Fact]
    public void Arguments_are_sent_shorter_names_first_then_by_bytes()
    {
        var task = disk.Read("tests:\n  - {seed: 1, m: 2, Z: 3, has_bias: true, é: 4, aa: 5, k: [1, 2]}\n");
        Assert.Equal("Z: 3; k: [1, 2]; m: 2; aa: 5; é: 4; seed: 1; has_bias: True", Assert.Single(task.Tests).Line);
    }
}
