using Agon.Domain.Submissions;

namespace Agon.Domain.Tests.Submissions;

public class FileNameRulesTests
{
    [Theory]
    [InlineData("submission.py", "py")]
    [InlineData("my entry (2).py", "py")]
    [InlineData("größe.py", "py")]
    [InlineData("<b>.py", "py")]
    [InlineData("scunthorpe.py", "py")]
    [InlineData("mishit_pushit.py", "py")]
    [InlineData("ShitakeSoup.py", "py")]
    [InlineData("kernel.cu", "cu")]
    [InlineData("kernel.cuh", "cu")]
    [InlineData("kernel.cpp", "cu")]
    [InlineData("entry.cpp", "cpp")]
    public void Ordinary_names_are_accepted(string name, string lang) => Assert.Null(FileNameRules.Refuse(name, lang));

    [Theory]
    [InlineData("", "py", "no name")]
    [InlineData("kernel.cu", "py", "must end in .py")]
    [InlineData("submission.PY", "py", "must end in .py")]
    [InlineData("submission.py", "cu", "must end in .cu or .cuh or .cpp")]
    [InlineData("kernel.cu", "cpp", "must end in .cpp")]
    [InlineData("../../etc/submission.py", "py", "path")]
    [InlineData("C:\\entries\\submission.py", "py", "path")]
    [InlineData("fuck.py", "py", "rude")]
    [InlineData("my_SHIT-v2.py", "py", "rude")]
    [InlineData("fastShit2.py", "py", "rude")]
    [InlineData("holy shit.txt", "py", "rude")]
    [InlineData("a\u0000.py", "py", "control")]
    [InlineData("a\u001b[2J.py", "py", "control")]
    [InlineData("a\u202Eyp.py", "py", "control")]
    [InlineData("a\u007f.py", "py", "control")]
    public void Other_names_are_refused_with_a_reason(string name, string lang, string reason) =>
        Assert.Contains(reason, FileNameRules.Refuse(name, lang));

    [Fact]
    public void A_name_may_have_so_many_characters_and_no_more()
    {
        Assert.Null(FileNameRules.Refuse(new string('a', FileNameRules.MaxLength - 3) + ".py", "py"));
        Assert.Contains("characters", FileNameRules.Refuse(new string('a', FileNameRules.MaxLength - 2) + ".py", "py"));
    }
}
