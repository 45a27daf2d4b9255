using Agon.Domain.Submissions;

namespace Agon.Domain.Tests.Submissions;

public class RateUseTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_used_up_limit_says_how_much_of_it_and_how_long_to_wait()
    {
        var use = new RateUse(ModeCategory.Leaderboard, 3, 3, Now.AddSeconds(61.2));
        Assert.Equal(62, use.SecondsLeft(Now));
        Assert.Equal("you have used up the ranked submissions to leaderboard lcs: 3/3 in the last hour; try again in 62 s", use.Reason("lcs", Now));
        Assert.Equal(0, use.SecondsLeft(Now.AddHours(1)));
    }

    [Fact]
    public void A_limit_of_none_promises_nothing()
    {
        var use = new RateUse(ModeCategory.Test, 0, 0, null);
        Assert.Equal(0, use.SecondsLeft(Now));
        Assert.Equal("leaderboard lcs takes no submissions that do not rank at present (0/0 in the last hour)", use.Reason("lcs", Now));
    }

    [Theory]
    [InlineData(SubmissionMode.Test, "test")]
    [InlineData(SubmissionMode.Benchmark, "test")]
    [InlineData(SubmissionMode.Profile, "test")]
    [InlineData(SubmissionMode.Leaderboard, "leaderboard")]
    public void Every_mode_but_the_ranked_one_counts_as_a_test(SubmissionMode mode, string category) => Assert.Equal(category, ModeCategory.Of(mode));
}
