using Agon.Domain.Health;
using Agon.Domain.Runs;

namespace Agon.Domain.Tests.Health;

public sealed class HealthRulesTests
{
    [Theory]
    [InlineData(0, FindingStatus.Problem, "nearly full: 0.0 GiB")]
    [InlineData((256L << 20) - 1, FindingStatus.Problem, "nearly full")]
    [InlineData(256L << 20, FindingStatus.Warning, "0.2 GiB")]
    [InlineData((2L << 30) - 1, FindingStatus.Warning, "2.0 GiB")]
    [InlineData(2L << 30, FindingStatus.Ok, "2.0 GiB")]
    public void A_disk_is_judged_by_what_is_left(long free, FindingStatus status, string says)
    {
        var finding = HealthRules.Disk("disk", free, "/");
        Assert.Equal((status, status != FindingStatus.Ok), (finding.Status, finding.Cure is not null));
        Assert.Contains(says, finding.Detail);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256L << 20)]
    public void The_cure_of_a_full_disk_looks_at_that_disk(long free) =>
        Assert.Contains("(du -xh \"$(df --output=target '/srv/agon games' | tail -n 1)\" | sort -h | tail)", HealthRules.Disk("disk", free, "/srv/agon games").Cure);

    [Theory]
    [InlineData(IsolationLevel.None, false, FindingStatus.Problem)]
    [InlineData(IsolationLevel.None, true, FindingStatus.Warning)]
    [InlineData(IsolationLevel.Weak, false, FindingStatus.Warning)]
    [InlineData(IsolationLevel.Standard, false, FindingStatus.Ok)]
    [InlineData(IsolationLevel.Strong, true, FindingStatus.Ok)]
    public void A_sandbox_is_judged_by_its_level_and_the_operators_word(IsolationLevel level, bool trust, FindingStatus status)
    {
        var isolation = new Isolation(level, "walls", level == IsolationLevel.Strong ? [] : [new MissingDefence("filter", "apt-get install it"), new MissingDefence("disk", "buy one")]);
        var finding = HealthRules.Sandbox(isolation, trust);
        Assert.Equal(status, finding.Status);
        Assert.Equal(level == IsolationLevel.Strong ? null : "filter: apt-get install it; disk: buy one", finding.Cure);
    }

    [Fact]
    public void Tables_that_are_behind_are_a_problem_with_a_command()
    {
        Assert.Equal(FindingStatus.Ok, HealthRules.Migrations(0).Status);
        Assert.Equal((FindingStatus.Problem, "agon db migrate"), (HealthRules.Migrations(1).Status, HealthRules.Migrations(1).Cure));
    }
}
