using Agon.Server.Tournaments;

namespace Agon.Server.Tests.Tournaments;

public class BaselinePushTests
{
    [Theory]
    [InlineData("https://agon:hunter2@git.example.org/org/baseline-ml.git", "https://git.example.org/org/baseline-ml.git")]
    [InlineData("https://hunter2@git.example.org/org/baseline-ml.git", "https://git.example.org/org/baseline-ml.git")]
    [InlineData("https://git.example.org/org/baseline-ml.git", "https://git.example.org/org/baseline-ml.git")]
    [InlineData("/srv/git/baseline-ml.git", "/srv/git/baseline-ml.git")]
    [InlineData("git@git.example.org:org/baseline-ml.git", "git@git.example.org:org/baseline-ml.git")]
    public void The_token_of_a_remote_is_not_shown(string remote, string shown) => Assert.Equal(shown, BaselinePush.Shown(remote));
}
