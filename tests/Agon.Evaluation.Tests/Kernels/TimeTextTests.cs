using Agon.Evaluation.Kernels;

namespace Agon.Evaluation.Tests.Kernels;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData(0.5, null, "0.5 ns")]
    [InlineData(1.25, null, "1.25 ns")]
    [InlineData(12.34, null, "12.3 ns")]
    [InlineData(2000, null, "2000 ns")]
    [InlineData(2001, null, "2.00 µs")]
    [InlineData(2_000_000, null, "2000 µs")]
    [InlineData(2_000_001, null, "2.00 ms")]
    [InlineData(123_456_789, null, "123 ms")]
    [InlineData(5_000_000, 12_345.0, "5.00 ± 0.012 ms")]
    [InlineData(50_000_000, 123_450.0, "50.0 ± 0.12 ms")]
    [InlineData(5_000_000, 0.0, "5.00 ms")]
    public void Times_are_shown_in_the_contracts_units(double nanoseconds, double? error, string text) =>
        Assert.Equal(text, TimeText.Of(nanoseconds, error));
}
