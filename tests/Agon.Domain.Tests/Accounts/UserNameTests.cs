using Agon.Domain.Accounts;

namespace Agon.Domain.Tests.Accounts;

public sealed class UserNameTests
{
    [Theory]
    [InlineData("ada")]
    [InlineData("Grace H.")]
    [InlineData("名前")]
    public void An_ordinary_name_is_accepted(string name) => Assert.Null(UserName.Refuse(name));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("  ", "empty")]
    [InlineData(" ada", "space")]
    [InlineData("ada\n", "space")]
    [InlineData("a\u001b[31mda", "control")]
    [InlineData("a\u202eda", "direction")]
    public void A_name_that_cannot_be_seen_for_what_it_is_is_refused(string name, string reason) =>
        Assert.Contains(reason, UserName.Refuse(name), StringComparison.Ordinal);

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        Assert.Null(UserName.Refuse(new string('a', 64)));
        Assert.Contains("65", UserName.Refuse(new string('a', 65)), StringComparison.Ordinal);
    }
}
