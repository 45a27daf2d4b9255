using Agon.Cli.Submissions;
using Agon.Domain.Submissions;

namespace Agon.Cli.Tests.Submissions;

public sealed class SubmissionTextTests
{
    [Theory]
    [InlineData("queued", """{"gpu":"CPU","position":3}""", "CPU: waiting, place 3 in the queue")]
    [InlineData("queued", """{"gpu":"CPU","position":4,"ahead":3,"of":12}""", "CPU: waiting, position 4 of 12, 3 ahead")]
    [InlineData("queued", """{"gpu":"CPU","position":4,"ahead":3,"of":12,"wait":{"p50":19.7,"p90":45}}""", "CPU: waiting, position 4 of 12, 3 ahead, 20 s to 45 s")]
    [InlineData("queued", """{"gpu":"CPU","position":1,"ahead":0,"of":1,"wait":{"p50":0,"p90":0}}""", "CPU: waiting, position 1 of 1, 0 ahead, at once")]
    [InlineData("queued", """{"gpu":"CPU","position":null}""", "CPU: waiting, far behind in the queue")]
    [InlineData("queued", """{"gpu":"CPU","position":1,"ahead":0,"of":1,"again":"its worker fell silent"}""", "CPU: waiting, position 1 of 1, 0 ahead; it starts again: its worker fell silent")]
    [InlineData("phase", """{"gpu":"CPU","phase":"test","state":"started","attempt":1}""", "CPU: test started")]
    [InlineData("phase", """{"gpu":"CPU","phase":"test","state":"passed","attempt":2,"seconds":0.416}""", "CPU: test passed after 0.42 s (attempt 2)")]
    [InlineData("log", """{"gpu":"CPU","line":"hello"}""", "CPU: | hello")]
    [InlineData("result", """{"gpu":"CPU","score":0.0025,"result":{"success":true,"error":"","system":{},"runs":{}}}""", "CPU: measured 2.50 ms")]
    [InlineData("done", """{"status":"failed","error":"the tests failed on CPU"}""", "failed: the tests failed on CPU")]
    [InlineData("done", """{"status":"succeeded","error":null}""", "succeeded")]
    [InlineData("fanfare", "{}", null)]
    public void An_event_reads_as_a_line(string kind, string data, string? line) =>
        Assert.Equal(line, ProgressLines.Of(new SubmissionEvent(1, kind, data)));

    [Fact]
    public void Failed_cases_are_named_with_their_arguments_and_error()
    {
        var result = new Dictionary<string, string>
        {
            ["test-count"] = "3",
            ["test.0.spec"] = "n: 1",
            ["test.0.status"] = "pass",
            ["test.1.spec"] = "n: 2",
            ["test.1.status"] = "fail",
            ["test.1.error"] = @"expected 1\ngot 2",
            ["test.2.status"] = "fail",
        };
        Assert.Equal(["[n: 2] expected 1 got 2", "[case 2] failed"], FailedCases.Of(result));
    }
}
