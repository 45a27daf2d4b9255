using Agon.Domain.Submissions;

namespace Agon.Domain.Tests.Submissions;

public class FileDirectivesTests
{
    public static TheoryData<string, string?, string> Readable => new()
    {
        { "", null, "" },
        { "x = 1\n", null, "" },
        { "#!POPCORN leaderboard lcs\n", "lcs", "" },
        { "//!POPCORN leaderboard lcs\nint main;", "lcs", "" },
        { "#!POPCORN LEADERBOARD lcs\n#!POPCORN Gpu CPU\n", "lcs", "CPU" },
        { "#!POPCORN gpus A100 H100\n", null, "A100 H100" },
        { "#!POPCORN   leaderboard\tlcs   more\n", "lcs", "" },
        { "# a comment\n#\n#!POPCORN leaderboard lcs", "lcs", "" },
        { "\uFEFF#!POPCORN leaderboard lcs", "lcs", "" },
        { "#!POPCORN leaderboard a\r\n#!POPCORN gpu b\rx", "a", "b" },
        { "#!POPCORN leaderboard a\u2028#!POPCORN gpu b\u000B#!POPCORNER nonsense\u0085", "a", "b" },
        // Only the first block, which an empty line ends, and only the exact word at the start of a line.
        { "# hello\n\n#!POPCORN leaderboard lcs", null, "" },
        { "import this\n#!POPCORN leaderboard lcs", null, "" },
        { " #!POPCORN leaderboard lcs", null, "" },
        { "#!popcorn leaderboard lcs", null, "" },
        { "# !POPCORN nonsense", null, "" },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public void Directives_are_read_from_the_first_comment_block(string text, string? leaderboard, string gpus)
    {
        var directives = Assert.IsType<DirectivesOutcome.Read>(FileDirectives.Parse(text)).Directives;
        Assert.Equal(leaderboard, directives.Leaderboard);
        Assert.Equal(gpus, string.Join(" ", directives.Gpus));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "#!POPCORN", "line 1: the POPCORN directive names no setting" },
        { "# x\n#!POPCORN gpus", "line 2: the POPCORN directive 'gpus' has no value" },
        { "#!POPCORN colour red", "line 1: the POPCORN directive 'colour' is not a setting" },
        { "#!POPCORN leaderboard a\n#!POPCORN leaderboard a", "line 2: the POPCORN directive 'leaderboard' is given twice" },
        { "#!POPCORN gpu a\n#!POPCORN gpus b", "line 2: the POPCORN directive 'gpus' is given twice" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_directive_is_refused_with_its_line(string text, string reason) =>
        Assert.StartsWith(reason, Assert.IsType<DirectivesOutcome.Wrong>(FileDirectives.Parse(text)).Reason);
}
