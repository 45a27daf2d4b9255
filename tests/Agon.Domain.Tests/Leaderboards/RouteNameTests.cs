using Agon.Domain.Leaderboards;

namespace Agon.Domain.Tests.Leaderboards;

public sealed class RouteNameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("amd-fp8-mm", true)]
    [InlineData("grayscale_v2", true)]
    [InlineData("B200_Nebius", true)]
    [InlineData("MI300x8", true)]
    [InlineData("3d.v1", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("-x", false)]
    [InlineData("_x", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("a%2f", false)]
    [InlineData("a?b", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    [InlineData("١", false)]
    public void A_name_can_stand_in_an_address_as_it_is(string name, bool valid) => Assert.Equal(valid, RouteName.IsValid(name));

    [Fact]
    public void A_name_has_at_most_64_letters()
    {
        Assert.True(RouteName.IsValid(new string('a', 64)));
        Assert.False(RouteName.IsValid(new string('a', 65)));
    }

    [Theory]
    [InlineData("admin", true)]
    [InlineData("user", true)]
    [InlineData("submission", true)]
    [InlineData("auth", true)]
    [InlineData("api", true)]
    [InlineData("users", false)]
    [InlineData("Admin", false)]
    public void Words_that_fixed_addresses_begin_with_are_kept(string name, bool reserved) => Assert.Equal(reserved, RouteName.IsReserved(name));

    [Fact]
    public void A_printed_leaderboard_does_not_tell_its_secret_seed()
    {
        var leaderboard = new Leaderboard
        {
            Id = 3,
            Name = "sort",
            Deadline = Some.Noon,
            Task = Some.Task(),
            Gpus = ["CPU"],
            SecretSeed = 1234567890,
            Visibility = "public",
        };
        Assert.Equal("leaderboard sort (3)", leaderboard.ToString());
    }
}
