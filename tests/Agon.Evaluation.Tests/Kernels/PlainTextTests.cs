using Agon.Evaluation.Kernels;

namespace Agon.Evaluation.Tests.Kernels;

public sealed class PlainTextTests
{
    [Fact]
    public void Output_of_up_to_16384_characters_is_kept_whole()
    {
        var output = new string('x', 16_383) + "\n";
        Assert.Equal(output, PlainText.Truncate(output));
    }

    [Fact]
    public void Whole_lines_are_kept_while_they_fit_into_16284_characters_with_their_ends()
    {
        var line = new string('x', 99) + "\n";
        var kept = string.Concat(Enumerable.Repeat(line, 162));
        Assert.Equal(kept + "[38 more lines left out]", PlainText.Truncate(string.Concat(Enumerable.Repeat(line, 200))));
    }

    [Fact]
    public void A_line_that_exactly_fills_the_room_is_kept()
    {
        var first = new string('a', 16_283);
        Assert.Equal(first + "\n[1 more line left out]", PlainText.Truncate(first + "\n" + new string('b', 200)));
    }

    [Fact]
    public void From_the_first_line_that_does_not_fit_on_nothing_is_kept()
    {
        var output = "short\n" + new string('a', 20_000) + "\nshort\n";
        Assert.Equal("short\n[2 more lines left out]", PlainText.Truncate(output));
    }

    [Fact]
    public void Characters_are_code_points()
    {
        var output = string.Concat(Enumerable.Repeat("😀", 16_384));
        Assert.Equal(output, PlainText.Truncate(output));
        Assert.Equal("[1 more line left out]", PlainText.Truncate(output + "x"));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\rc\td", "abcd")]
    [InlineData("\u001b[31mred\u001b[0m", "[31mred[0m")]
    [InlineData("a\u2028b\u202Ec\u0085d", "abcd")]
    [InlineData("größer ✅ 😀", "größer ✅ 😀")]
    [InlineData("1234567890", "1234567890")]
    [InlineData("12345678901", "123456789…")]
    [InlineData("12345678😀1", "12345678…")]
    public void One_line_holds_nothing_that_steers_a_terminal(string text, string shown) =>
        Assert.Equal(shown, PlainText.OneLine(text, maxLength: Math.Max(10, shown.Length)));
}
