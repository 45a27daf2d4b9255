using Agon.Domain.Scoring;

namespace Agon.Domain.Tests.Scoring;

public class TimeTextTests
{
    /// <summary>Nanoseconds, error, text; the texts are Python's, by the contract's section 10.</summary>
    public static TheoryData<double, double?, string> Times => new()
    {
        { 0.5, null, "0.5 ns" },
        { 1e-07, null, "1e-07 ns" },
        { 1.125, null, "1.12 ns" },
        { 1.375, null, "1.38 ns" },
        { 9.999, null, "10.00 ns" },
        { 12.25, null, "12.2 ns" },
        { 12.35, null, "12.3 ns" },
        { 99.96, null, "100.0 ns" },
        { 100.5, null, "100 ns" },
        { 101.5, null, "102 ns" },
        { 2000.0, null, "2000 ns" },
        { 2000.5, null, "2.00 µs" },
        { 2001.0, null, "2.00 µs" },
        { 3300.0, null, "3.30 µs" },
        { 2000000.0, null, "2000 µs" },
        { 2000001.0, null, "2.00 ms" },
        { 123456789.0, null, "123 ms" },
        { 5000000000.0, null, "5000 ms" },
        { 3300.0, 12.5, "3.30 ± 0.013 µs" },
        { 0.25, 0.125, "0.25 ± 0.125 ns" },
        { 50000.0, 62.5, "50.0 ± 0.06 µs" },
        { 150000000.0, 250000.0, "150 ± 0.2 ms" },
        { 3300.0, 0.0, "3.30 µs" },
    };

    [Theory]
    [MemberData(nameof(Times))]
    public void A_time_is_written_as_the_contract_has_it(double nanoseconds, double? error, string text) =>
        Assert.Equal(text, TimeText.Of(nanoseconds, error));

    [Fact]
    public void No_time_is_an_en_dash() => Assert.Equal("–", TimeText.Of(null));

    [Fact]
    public void A_score_is_in_seconds() => Assert.Equal("3.30 ms", TimeText.OfSeconds(0.0033));
}
