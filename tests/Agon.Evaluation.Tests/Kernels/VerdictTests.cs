using Agon.Evaluation.Kernels;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Evaluation.Tests.Kernels;

public sealed class VerdictTests
{
    public static TheoryData<string, string, string> WellFormed => new()
    {
        { "check: pass", "check", "pass" },
        { "  check  :  pass  \n", "check", "pass" },
        { "check: pass\r\n", "check", "pass" },
        { "a: b: c", "a", "b: c" },
        { "a:b", "a", "b" },
        { "no colon here", "no colon here", "" },
        { "a:", "a", "" },
        { ": value without a key", "", "value without a key" },
    };

    [Theory]
    [MemberData(nameof(WellFormed))]
    public void A_line_is_split_at_its_first_colon_and_stripped(string text, string key, string value)
    {
        var verdict = Verdict.Parse(text);
        Assert.Null(verdict.Flaw);
        Assert.Equal([KeyValuePair.Create(key, value)], verdict.Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n  \n")]
    [InlineData(" : ")]
    public void Empty_lines_are_dropped(string text)
    {
        var verdict = Verdict.Parse(text);
        Assert.Null(verdict.Flaw);
        Assert.Empty(verdict.Lines);
    }

    [Theory]
    [InlineData("check: pass", true)]
    [InlineData("check: Pass", false)]
    [InlineData("check: passed", false)]
    [InlineData("check: fail", false)]
    [InlineData("check", false)]
    [InlineData("Check: pass", false)]
    [InlineData("", false)]
    public void Passed_is_a_check_of_exactly_pass(string text, bool passed) => Assert.Equal(passed, Verdict.Parse(text).Passed);

    [Theory]
    [InlineData("check: fail\ncheck: pass", "line 2 repeats the key 'check'")]
    [InlineData("check: pass\ncheck: pass", "line 2 repeats the key 'check'")]
    [InlineData("benchmark.0.mean: 5\ncheck: pass\nbenchmark.0.mean: 1", "line 3 repeats the key 'benchmark.0.mean'")]
    [InlineData("check\ncheck: pass", "line 2 repeats the key 'check'")]
    public void A_repeated_key_spoils_the_whole_verdict(string text, string flaw)
    {
        var verdict = Verdict.Parse(text);
        Assert.Equal(flaw, verdict.Flaw);
        Assert.Empty(verdict.Lines);
        Assert.False(verdict.Passed);
    }

    [Theory]
    [InlineData("x\0: 1\nx\ufffd: 2")]
    [InlineData("x\u0001: 1\nx\0: 2")]
    public void Keys_that_would_be_stored_as_one_are_one(string text) =>
        Assert.Equal("line 2 repeats the key 'x\ufffd'", Verdict.Parse(text).Flaw);

    [Fact]
    public void What_cannot_be_stored_is_replaced_and_spoils_nothing_else()
    {
        var verdict = Verdict.Parse("test.0.error: \u001b[31mbad\0\tvalue 😀\ncheck: pass");
        Assert.Equal("\ufffd[31mbad\ufffd\tvalue 😀", verdict.Lines["test.0.error"]);
        Assert.True(verdict.Passed);
    }

    [Fact]
    public void A_repeated_line_without_a_colon_claims_nothing_and_is_let_through() =>
        Assert.True(Verdict.Parse("  ^^^^\ncheck: pass\n  ^^^^").Passed);

    [Theory]
    [InlineData("test.0.error: bad\rcheck: pass")]
    [InlineData("test.0.error: bad\u2028check: pass")]
    [InlineData("test.0.error: bad\u0085check: pass")]
    public void Only_a_line_feed_begins_a_line(string text) => Assert.False(Verdict.Parse(text).Passed);

    [Fact]
    public void Too_many_lines_spoil_the_verdict()
    {
        var most = string.Concat(Enumerable.Range(0, Verdict.MaxLines).Select(n => $"{n}: x\n"));
        Assert.Null(Verdict.Parse(most).Flaw);
        Assert.NotNull(Verdict.Parse(most + "one: more\n").Flaw);
    }

    [Fact]
    public void Too_long_values_spoil_the_verdict()
    {
        var longest = "a: " + new string('x', Verdict.MaxLength);
        Assert.Null(Verdict.Parse(longest).Flaw);
        Assert.NotNull(Verdict.Parse(longest + "x").Flaw);
    }

    [Fact]
    public void No_text_makes_it_throw_or_pass_without_one_line_that_says_so() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), pieces =>
        {
            var text = string.Join('\n', pieces.Select(piece => piece ?? ":"));
            var verdict = Verdict.Parse(text);
            return verdict.Lines.Count <= text.Count(c => c == '\n') + 1
                && verdict.Lines.All(line => line.Key == line.Key.Trim() && line.Value == line.Value.Trim())
                && (verdict.Flaw is null || verdict.Lines.Count == 0)
                && (!verdict.Passed || text.Contains("pass", StringComparison.Ordinal));
        }));

    [Fact]
    public void Distinct_pairs_come_back_as_they_were_written() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<Dictionary<int, int>>(), pairs =>
        {
            var text = string.Concat(pairs.Select(pair => $"key.{pair.Key}: {pair.Value}\n"));
            var verdict = Verdict.Parse(text);
            return verdict.Flaw is null
                && verdict.Lines.Count == pairs.Count
                && pairs.All(pair => verdict.Lines[$"key.{pair.Key}"] == $"{pair.Value}");
        }));
}
