using System.Numerics;
using System.Text.Json;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Contracts.Tests.Problems;

public sealed class CaseJsonTests
{
    private static string Write(Case value) => JsonSerializer.Serialize(new TaskWithCase(value).Document, AgonJson.Wire.TaskDocument);

    private static Case Read(string json) => JsonSerializer.Deserialize(json, AgonJson.Wire.TaskDocument)!.Tests[0];

    [Theory]
    [InlineData("""{"n":1}""", "n: 1")]
    [InlineData("""{"n":-0}""", "n: 0")]
    [InlineData("""{"n":123456789012345678901234567890}""", "n: 123456789012345678901234567890")]
    [InlineData("""{"n":1.0}""", "n: 1.0")]
    [InlineData("""{"n":1e3}""", "n: 1000.0")]
    [InlineData("""{"n":1E-05}""", "n: 1e-05")]
    [InlineData("""{"n":10000000000000000.0}""", "n: 1e+16")]
    [InlineData("""{"n":5e-324}""", "n: 5e-324")]
    [InlineData("""{"n":true,"m":false,"k":null}""", "k: None; m: False; n: True")]
    [InlineData("""{"n":"é; \u0041","m":[]}""", "m: []; n: é; A")]
    [InlineData("""{"n":[1,[2.5,"x"],null]}""", "n: [1, [2.5, 'x'], None]")]
    [InlineData("""{"long":1,"a":2,"b":3,"a":4}""", "a: 4; b: 3; long: 1")]
    public void A_stored_case_is_sent_as_Python_would_send_it(string json, string line) =>
        Assert.Equal(line, Read($$"""{"lang":"py","files":{},"config":{"main":"e"},"tests":[{{json}}]}""").Line);

    [Theory]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"n":{"m":1}}""")]
    [InlineData("""{"n":1e999}""")]
    [InlineData("""{"n":-1e999}""")]
    [InlineData("""{"n":NaN}""")]
    public void What_no_task_can_hold_is_refused(string json) =>
        Assert.Throws<JsonException>(() => Read($$"""{"lang":"py","files":{},"config":{"main":"e"},"tests":[{{json}}]}"""));

    [Fact]
    public void A_number_of_too_many_digits_is_refused() =>
        Assert.Throws<JsonException>(() => Read($$"""{"lang":"py","files":{},"config":{"main":"e"},"tests":[{"n":{{new string('9', 5000)}}}]}"""));

    [Theory]
    [InlineData(1e16, "10000000000000000.0")]
    [InlineData(1e23, "99999999999999991611392.0")]
    [InlineData(2.0, "2.0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1e-7, "1E-07")]
    public void A_float_keeps_its_point_so_that_jsonb_cannot_make_it_whole(double number, string written) =>
        Assert.Contains($"{{\"x\":{written}}}", Write(Some.Case(("x", new CaseValue.Real(number)))));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_float_that_is_not_finite_cannot_be_written(double number) =>
        Assert.Throws<JsonException>(() => Write(Some.Case(("x", new CaseValue.Real(number)))));

    [Fact]
    public void Every_case_comes_back_as_it_was() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(12), Prop.ForAll(Cases.ToArbitrary(), value =>
        {
            var back = Read(Write(value));
            return back.Equals(value) && back.Line == value.Line && back.GetHashCode() == value.GetHashCode();
        }));

    private static Gen<string> Words => Gen.Elements("a", "B", "é", "𝕏", "'", "\"", "\\", "_", " ", "<", "\t", "0").ArrayOf(3).Select(string.Concat);

    private static Gen<CaseValue> Scalars => Gen.OneOf<CaseValue>(
        Words.Select(CaseValue (word) => new CaseValue.Text(word)),
        Gen.Elements(true, false).Select(CaseValue (flag) => new CaseValue.Boolean(flag)),
        Gen.Constant<CaseValue>(new CaseValue.Nothing()),
        ArbMap.Default.GeneratorFor<BigInteger>().Select(CaseValue (number) => new CaseValue.Whole(BigInteger.Pow(number, 7))),
        ArbMap.Default.GeneratorFor<double>().Where(number => double.IsFinite(number) && number != 0).Select(CaseValue (number) => new CaseValue.Real(number)),
        Gen.Elements(1e15, 1e16, 1e17, 5e-324, double.MaxValue, double.MinValue, 0.1, 1e-5, 0.0).Select(CaseValue (number) => new CaseValue.Real(number)));

    private static Gen<CaseValue> Values => Gen.Frequency(
        (3, Scalars),
        (1, Scalars.ListOf().Select(CaseValue (items) => new CaseValue.List([.. items]))),
        (1, Scalars.ListOf().ListOf().Select(CaseValue (lists) => new CaseValue.List([.. lists.Select(items => new CaseValue.List([.. items]))]))));

    private static Gen<Case> Cases =>
        from names in Words.ListOf()
        from values in Values.ListOf(names.Count)
        select new Case(names.Zip(values, KeyValuePair.Create));

    private sealed record TaskWithCase(Case Case)
    {
        public TaskDocument Document => TaskDocument.From(Some.Task() with { Tests = [Case] });
    }
}
