using System.Collections.Immutable;
using System.Numerics;
using Agon.Domain.Problems;

namespace Agon.Domain.Tests.Problems;

public sealed class CaseTests
{
    private static KeyValuePair<string, CaseValue> Argument(string name, int value = 0) =>
        KeyValuePair.Create<string, CaseValue>(name, new CaseValue.Whole(value));

    [Fact]
    public void Arguments_stand_in_the_order_of_jsonb_shorter_names_first_then_by_bytes()
    {
        string[] names = ["seed", "n", "M", "é", "_", "ab", "aB", "has_bias", "zz", "\uFFFD", "𝕏", "1"];
        Assert.Equal(
            ["1", "M", "_", "n", "aB", "ab", "zz", "é", "\uFFFD", "seed", "𝕏", "has_bias"],
            new Case(names.Select(name => Argument(name))).Select(argument => argument.Key));
    }

    [Fact]
    public void Names_of_equal_length_go_by_UTF_8_not_by_UTF_16()
    {
        // In UTF-16 the letter beyond the basic plane would come first.
        Assert.Equal(["\uFFFDa", "𝕏"], new Case([Argument("𝕏"), Argument("\uFFFDa")]).Select(argument => argument.Key));
        Assert.Equal("a\uFFFD: 0; a𝕏: 0", new Case([Argument("a𝕏"), Argument("a\uFFFD")]).Line);
    }

    [Fact]
    public void Of_repeated_names_the_last_value_wins()
    {
        var value = new Case([Argument("n", 1), Argument("m", 2), Argument("n", 3)]);
        Assert.Equal("m: 2; n: 3", value.Line);
    }

    [Fact]
    public void A_case_without_arguments_is_an_empty_line() => Assert.Equal("", new Case([]).Line);

    [Fact]
    public void A_case_knows_which_arguments_it_names()
    {
        var value = new Case([Argument("world_size", 8)]);
        Assert.True(value.Has("world_size"));
        Assert.False(value.Has("World_size"));
        Assert.False(value.Has("world"));
    }

    [Fact]
    public void Cases_are_equal_by_their_values_whatever_the_order_they_were_written_in()
    {
        Case Sizes(params int[] sizes) => new([
            KeyValuePair.Create<string, CaseValue>("m", new CaseValue.List([.. sizes.Select(size => new CaseValue.Whole(size))])), Argument("n", 1)]);
        Assert.Equal(Sizes(1, 2), Sizes(1, 2));
        Assert.Equal(Sizes(1, 2).GetHashCode(), Sizes(1, 2).GetHashCode());
        Assert.NotEqual(Sizes(1, 2), Sizes(2, 1));
        Assert.Equal(new Case([Argument("a"), Argument("b")]), new Case([Argument("b"), Argument("a")]));
        Assert.NotEqual(new Case([Argument("a")]), new Case([Argument("b")]));
        Assert.NotEqual<CaseValue>(new CaseValue.Whole(1), new CaseValue.Real(1));
        Assert.NotEqual<CaseValue>(new CaseValue.Text("1"), new CaseValue.Whole(1));
    }

    public static TheoryData<CaseValue, string> Values => new()
    {
        { new CaseValue.Whole(BigInteger.Pow(10, 30)), "1000000000000000000000000000000" },
        { new CaseValue.Whole(-5), "-5" },
        { new CaseValue.Boolean(true), "True" },
        { new CaseValue.Boolean(false), "False" },
        { new CaseValue.Nothing(), "None" },
        { new CaseValue.Text("it's a \"word\"\\"), "it's a \"word\"\\" },
        { new CaseValue.List([]), "[]" },
        { List(new CaseValue.Whole(1), new CaseValue.Real(2), List(new CaseValue.Boolean(true), new CaseValue.Nothing())), "[1, 2.0, [True, None]]" },
        { List(new CaseValue.Text("plain"), new CaseValue.Text("it's"), new CaseValue.Text("say \"it's\""), new CaseValue.Text("\"")), """['plain', "it's", 'say "it\'s"', '"']""" },
        { List(new CaseValue.Text("a\\b\n\r\t\u0000\u001b\u007f\u00a0\u00ad\u2028\ue000\ufeff é😀")), """['a\\b\n\r\t\x00\x1b\x7f\xa0\xad\u2028\ue000\ufeff é😀']""" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_written_as_Python_does(CaseValue value, string python) => Assert.Equal(python, value.ToPython());

    private static CaseValue.List List(params CaseValue[] items) => new(items.ToImmutableArray());
}
