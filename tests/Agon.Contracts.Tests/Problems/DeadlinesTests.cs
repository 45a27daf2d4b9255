using System.Globalization;
using Agon.Contracts.Problems;

namespace Agon.Contracts.Tests.Problems;

public sealed class DeadlinesTests
{
    [Theory]
    [InlineData("2025-11-29 06:59", "2025-11-29T06:59:00Z")]
    [InlineData("2025-11-29 6:59", "2025-11-29T06:59:00Z")]
    [InlineData("2025-1-2 3:4", "2025-01-02T03:04:00Z")]
    [InlineData("2025-11-29", "2025-11-29T00:00:00Z")]
    [InlineData("2025-1-2", "2025-01-02T00:00:00Z")]
    [InlineData("2024-02-29 23:59", "2024-02-29T23:59:00Z")]
    [InlineData("9999-12-31", "9999-12-31T00:00:00Z")]
    public void A_deadline_is_a_day_or_a_minute_in_UTC(string text, string utc)
    {
        Assert.Equal(DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture), Deadlines.Parse(text));
        Assert.Equal(TimeSpan.Zero, Deadlines.Parse(text)!.Value.Offset);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2025-11-29T06:59")]
    [InlineData("2025-11-29 06:59:00")]
    [InlineData("2025-11-29 06:59Z")]
    [InlineData("2025-11-29 ")]
    [InlineData(" 2025-11-29")]
    [InlineData("2025-11-29\n")]
    [InlineData("2025-02-29")]
    [InlineData("2025-13-01")]
    [InlineData("2025-00-01")]
    [InlineData("2025-11-29 24:00")]
    [InlineData("2025-11-29 6")]
    [InlineData("25-11-29")]
    [InlineData("02025-11-29")]
    [InlineData("2025/11/29")]
    [InlineData("29-11-2025")]
    [InlineData("0000-01-01")]
    [InlineData("２０２５-11-29")]
    public void Anything_else_counts_as_unset(string? text) => Assert.Null(Deadlines.Parse(text));
}
