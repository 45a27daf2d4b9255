namespace Agon.Storage.Tests;

public sealed class StoredTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain ä \ud83d\ude00", "plain ä \ud83d\ude00")]
    [InlineData("\0", "\uFFFD")]
    [InlineData("a\0\0b", "a\uFFFD\uFFFDb")]
    [InlineData("\\u0000", "\\u0000")]
    public void What_no_database_takes_is_replaced_and_nothing_else(string text, string clean) => Assert.Equal(clean, StoredText.Clean(text));

    // Attributes cannot carry these: the compiler stores their text as UTF-8.
    [Fact]
    public void Halves_of_pairs_are_replaced_and_whole_pairs_kept()
    {
        Assert.Equal("\uFFFD", StoredText.Clean("\ud800"));
        Assert.Equal("x\uFFFD", StoredText.Clean("x\udc00"));
        Assert.Equal("\uFFFD\ud83d\ude00\uFFFD", StoredText.Clean("\ud83d\ud83d\ude00\ude00"));
    }
}
