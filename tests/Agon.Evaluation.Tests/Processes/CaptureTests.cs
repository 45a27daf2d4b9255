using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Tests.Processes;

public class CaptureTests
{
    [Fact]
    public void The_first_bytes_are_kept_and_an_overflow_is_remembered()
    {
        var capture = new OutputCapture(4);

        capture.Append("abcd"u8);
        Assert.False(capture.Overflowed);

        capture.Append("e"u8);
        Assert.True(capture.Overflowed);
        Assert.Equal("abcd", capture.ToString());
    }

    [Fact]
    public void Broken_text_is_replaced()
    {
        var capture = new OutputCapture(10);

        capture.Append([0x61, 0xff, 0x62]);

        Assert.Equal("a\ufffdb", capture.ToString());
    }

    [Fact]
    public void Lines_are_handed_on_when_they_are_complete_however_they_arrive()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);

        splitter.Append("on"u8);
        splitter.Append("e\ntwo\n\nopen"u8);

        Assert.Equal(["one", "two", ""], lines);
    }
}
