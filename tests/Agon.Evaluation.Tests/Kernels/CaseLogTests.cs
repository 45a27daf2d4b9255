using System.Numerics;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;

namespace Agon.Evaluation.Tests.Kernels;

public sealed class CaseLogTests
{
    [Theory]
    [InlineData("test.0.status: pass", "✅ size: 0")]
    [InlineData("test.1.status: fail", "❌ size: 1")]
    [InlineData("test.1.error: off by one", "  > off by one")]
    [InlineData("test.0.message: well done", "  > well done")]
    [InlineData("benchmark.1.mean: 1234567.0", "⏱ 1235 µs  size: 1")]
    [InlineData("benchmark.1.mean: inf", "⏱ inf  size: 1")]
    [InlineData("benchmark.0.status: fail", "❌ size: 0")]
    [InlineData("test.0.spec: size: 99", null)]
    [InlineData("test.2.status: pass", null)]
    [InlineData("test.99999999999.status: pass", null)]
    [InlineData("test.-1.status: pass", null)]
    [InlineData("check: pass", null)]
    [InlineData("", null)]
    public void A_claim_about_a_case_that_was_sent_becomes_a_line(string claim, string? line) =>
        Assert.Equal(line, Log(cases: 2).Read(claim));

    [Fact]
    public void A_phase_has_at_most_200_lines()
    {
        var log = Log(cases: 1000);
        var lines = Enumerable.Range(0, 1000).Select(n => log.Read($"test.{n}.status: pass")).OfType<string>();
        Assert.Equal(CaseLog.MaxLines, lines.Count());
    }

    [Fact]
    public void A_line_has_at_most_500_characters_and_no_control_characters()
    {
        var line = Log(cases: 1).Read("test.0.error: \u001b[2J" + new string('x', 10_000));
        Assert.Equal(CaseLog.MaxLength, line!.Length);
        Assert.DoesNotContain(line, char.IsControl);
    }

    private static CaseLog Log(int cases) => new(new Phase(
        Phase.Test,
        [.. Enumerable.Range(0, cases).Select(n => new Case([KeyValuePair.Create<string, CaseValue>("size", new CaseValue.Whole(new BigInteger(n)))]))],
        TimeSpan.FromSeconds(1)));
}
