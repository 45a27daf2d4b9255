namespace Agon.Cli.Tests;

public sealed class ShellTests
{
    [Fact]
    public void Text_of_a_participant_cannot_steer_the_terminal()
    {
        Assert.Equal("a\ufffd[2Jb\tc", Shell.Plain("a\u001b[2Jb\tc"));
        Assert.Equal("\ufffd31m", Shell.Plain("\u009b31m"));
        Assert.Equal("naïve ✅", Shell.Plain("naïve ✅"));
    }

    [Fact]
    public void Verdicts_are_coloured_only_where_colour_is_wanted()
    {
        var plain = new Shell { Output = TextWriter.Null, Error = TextWriter.Null, Variable = _ => null };
        Assert.Equal("failed", plain.Mark("failed", good: false));
        Assert.Equal("\u001b[31mfailed\u001b[0m", (plain with { Colour = true }).Mark("failed", good: false));
    }
}
