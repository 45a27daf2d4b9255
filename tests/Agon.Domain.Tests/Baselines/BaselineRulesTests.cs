using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;

namespace Agon.Domain.Tests.Baselines;

public sealed class BaselineRulesTests
{
    [Theory]
    [InlineData("v1.0.0", "v1.1.0")]
    [InlineData("1.0.0", "v1.1.0")]
    [InlineData("v1.9.0", "v1.10.0")]
    [InlineData("v1.10.3", "v1.11.0")]
    [InlineData("2.4", "v2.5.0")]
    public void The_next_version_is_the_next_minor_one(string current, string next) =>
        Assert.Equal(next, BaselineVersion.Parse(current)!.Value.Next.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("v")]
    [InlineData("1")]
    [InlineData("1.2.3.4")]
    [InlineData("vv1.0.0")]
    [InlineData("V1.0.0")]
    [InlineData("1.x.0")]
    [InlineData("1..0")]
    [InlineData("-1.0.0")]
    [InlineData("+1.0.0")]
    [InlineData(" 1.0.0")]
    [InlineData("1.0.0\n")]
    [InlineData("1.0.0-beta")]
    [InlineData("١.0.0")]
    [InlineData("1.9999999999.0")]
    public void Other_texts_are_no_version_and_never_a_new_beginning(string text) => Assert.Null(BaselineVersion.Parse(text));

    [Fact]
    public void Versions_are_compared_as_numbers()
    {
        Assert.True(BaselineVersion.Parse("v1.10.0") > BaselineVersion.Parse("v1.9.0"));
        Assert.True(BaselineVersion.Parse("v1.10.0") < BaselineVersion.Parse("v2.0.0"));
        Assert.Equal(BaselineVersion.Parse("v1.2"), BaselineVersion.Parse("1.2.0"));
    }

    [Fact]
    public void The_first_is_v1_0_0_and_a_version_that_is_taken_is_passed_over()
    {
        Assert.Equal(BaselineVersion.First, BaselineRules.VersionAfter(null, new HashSet<BaselineVersion>()));
        Assert.Equal(new(1, 3, 0), BaselineRules.VersionAfter(new(1, 0, 0), new HashSet<BaselineVersion> { new(1, 1, 0), new(1, 2, 0) }));
    }

    [Fact]
    public void A_baseline_is_built_then_active_then_deprecated_or_it_fails()
    {
        (BaselineStatus, BaselineStatus)[] allowed =
            [(BaselineStatus.Building, BaselineStatus.Active), (BaselineStatus.Building, BaselineStatus.Failed), (BaselineStatus.Active, BaselineStatus.Deprecated)];
        foreach (var from in Enum.GetValues<BaselineStatus>())
            foreach (var to in Enum.GetValues<BaselineStatus>())
                Assert.Equal(allowed.Contains((from, to)), BaselineRules.MayFollow(from, to));
    }

    [Fact]
    public void Names_follow_the_type_and_the_version()
    {
        Assert.Equal("baseline_ml_v1.2.0", BaselineRules.ImageTag(ImageType.Ml, new(1, 2, 0)));
        Assert.Equal("baseline_v1.2.0", BaselineRules.Hotkey(new(1, 2, 0)));
        Assert.Equal("baseline_analytics", BaselineRules.DatabaseName(ImageType.Analytics));
        Assert.Equal("baseline-analytics", BaselineRules.RepositoryName(ImageType.Analytics));
    }

    private static readonly Guid Yardstick = Guid.NewGuid();

    private static readonly PromotionFacts Beaten = new(TournamentStatus.Completed, Promotion.Promote, Winner(ParticipantType.Miner), Yardstick, Yardstick, null, false);

    private static Participant Winner(ParticipantType type) => new()
    {
        TournamentId = Guid.Empty,
        Hotkey = "ada",
        Type = type,
        RegisteredAt = Some.Noon,
        RegistrationOrder = 1,
        Status = ParticipantStatus.Completed,
        UpdatedAt = Some.Noon,
    };

    public static TheoryData<string, PromotionFacts> Cases() => new()
    {
        { "Promote", Beaten },
        { "AlreadyPromoted", Beaten with { PromotedBaselineId = Guid.NewGuid(), ActiveBaselineId = Guid.NewGuid() } },
        { "Skip", Beaten with { Status = TournamentStatus.Scoring } },
        { "Skip", Beaten with { Verdict = null } },
        { "Skip", Beaten with { Verdict = Promotion.SkipNoWinner, Winner = null } },
        { "Skip", Beaten with { Winner = null } },
        { "Skip", Beaten with { Verdict = Promotion.SkipNotBeaten, Confirmed = true } },
        { "Skip", Beaten with { Winner = Winner(ParticipantType.Baseline), Confirmed = true } },
        { "Hold", Beaten with { Verdict = Promotion.HoldBaselineInvalid } },
        { "Promote", Beaten with { Verdict = Promotion.HoldBaselineInvalid, Confirmed = true } },
        { "Hold", Beaten with { ActiveBaselineId = Guid.NewGuid(), Confirmed = true } },
        { "Hold", Beaten with { ActiveBaselineId = null } },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Only_a_winner_that_beat_a_valid_and_still_active_baseline_is_promoted(string decision, PromotionFacts facts) =>
        Assert.Equal(decision, PromotionRules.Decide(facts).GetType().Name);
}
