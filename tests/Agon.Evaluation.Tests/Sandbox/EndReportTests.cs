using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public class EndReportTests
{
    public static TheoryData<string, object?> Reports => new()
    {
        { "", null },
        { "0", null },
        { "Killed\n", null },
        { "0\n", new ProgramEnd.Exited(0) },
        { "137\n", new ProgramEnd.Exited(137) },
        { "Killed\n137\n", new ProgramEnd.Signalled(9) },
        { "sh: line 2: 17 Segmentation fault (core dumped)\n139\n", new ProgramEnd.Signalled(11) },
        { "130\n", new ProgramEnd.Signalled(2) },
        { "141\n", new ProgramEnd.Signalled(13) },
        { "255\n", new ProgramEnd.Exited(255) },
    };

    [Theory, MemberData(nameof(Reports))]
    public void A_signal_is_told_from_an_exit_code_by_the_shells_remark(string text, object? end) => Assert.Equal(end, EndReport.Read(text));
}
