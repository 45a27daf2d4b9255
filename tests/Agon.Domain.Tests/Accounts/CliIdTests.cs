using Agon.Domain.Accounts;

namespace Agon.Domain.Tests.Accounts;

public sealed class CliIdTests
{
    [Fact]
    public void A_new_id_is_32_hex_digits_and_no_two_are_alike()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => CliId.New()).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.Distinct(ids);
    }

    [Fact]
    public void What_is_stored_is_a_marked_hash_of_the_id()
    {
        Assert.Equal("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", CliId.Hash("hello"));
        Assert.NotEqual(CliId.Hash("hello"), CliId.Hash("Hello"));
        Assert.DoesNotContain("hello", CliId.Hash("hello"));
    }
}
