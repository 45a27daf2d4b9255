using System.Collections.Immutable;
using System.Text;
using Agon.Domain.Accounts;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Domain.Submissions;

namespace Agon.Domain.Tests.Submissions;

public class IntakeRulesTests
{
    private static readonly DateTimeOffset Deadline = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly User Ada = new("1", "ada", IsBanned: false);

    private static readonly Leaderboard Board = new()
    {
        Id = 1,
        Name = "lcs",
        Deadline = Deadline,
        Gpus = ["CPU", "A100"],
        SecretSeed = 7,
        Visibility = "public",
        Task = new TaskDefinition { Lang = "py", Files = ImmutableSortedDictionary<string, string>.Empty, Config = new TaskConfig.Python("eval.py") },
    };

    private static Upload Some(string mode = "test", string gpu = "CPU", string name = "a.py", string code = "x = 1\n") =>
        new("lcs", mode, gpu, name, Encoding.UTF8.GetBytes(code));

    [Theory]
    [InlineData("test", "cpu", SubmissionMode.Test, "CPU")]
    [InlineData("BenchMark", "CPU", SubmissionMode.Benchmark, "CPU")]
    [InlineData("profile", "CPU", SubmissionMode.Profile, "CPU")]
    [InlineData("leaderboard", "a100", SubmissionMode.Leaderboard, "A100")]
    public void Mode_and_device_are_read_in_any_case(string mode, string gpu, SubmissionMode read, string device)
    {
        var admitted = Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(Some(mode, gpu), Board, new Submitter(Ada), isOpen: true, Deadline));
        Assert.Equal((read, device, "x = 1\n"), (admitted.Mode, admitted.Gpu, admitted.Code));
    }

    public static TheoryData<Upload, string> Bad => new()
    {
        { Some(mode: "private"), "'private' is not a mode" },
        { Some(mode: "3"), "'3' is not a mode" },
        { Some(gpu: "H100"), "does not run on 'H100'; it runs on CPU, A100" },
        { Some(code: ""), "the file is empty" },
        { Some() with { Content = new byte[] { 0xff, 0xfe, 0x78, 0 } }, "not UTF-8" },
        { Some() with { Content = Encoding.Unicode.GetBytes("x = 1") }, "NUL at character 2" },
        { Some(name: "a.cu"), "must end in .py" },
        { Some(code: "#!POPCORN leaderboard other"), "meant for leaderboard 'other'" },
        { Some(code: "#!POPCORN"), "line 1" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_upload_is_refused_with_a_sentence(Upload upload, string reason)
    {
        var refused = Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(upload, Board, new Submitter(Ada), isOpen: true, Deadline));
        Assert.Equal(RefusalKind.Bad, refused.Kind);
        Assert.Contains(reason, refused.Reason);
    }

    [Fact]
    public void Text_that_names_a_stream_is_as_good_as_any() =>
        Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(Some(code: "# upstream stream"), Board, new Submitter(Ada), isOpen: true, Deadline));

    [Fact]
    public void A_directive_may_spell_the_leaderboard_in_another_case() =>
        Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(Some(code: "#!POPCORN leaderboard LCS"), Board, new Submitter(Ada), isOpen: true, Deadline));

    [Fact]
    public void A_file_may_have_a_million_bytes_and_no_more()
    {
        Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(Some(code: new string('#', 1_000_000)), Board, new Submitter(Ada), isOpen: true, Deadline));
        var refused = Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(Some(code: new string('#', 1_000_001)), Board, new Submitter(Ada), isOpen: true, Deadline));
        Assert.Equal(RefusalKind.TooLarge, refused.Kind);
    }

    [Fact]
    public void Nothing_is_accepted_after_the_deadline()
    {
        Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(Some(), Board, new Submitter(Ada), isOpen: true, Deadline));
        var late = Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(Some(), Board, new Submitter(Ada), isOpen: true, Deadline + TimeSpan.FromTicks(1)));
        Assert.Equal(RefusalKind.Late, late.Kind);
        Assert.Contains("2030-01-02 03:04 UTC", late.Reason);
        Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(Some(), Board, new Submitter(Ada, MayBeLate: true), isOpen: true, Deadline.AddDays(1)));
    }

    [Fact]
    public void Who_is_banned_may_not_submit()
    {
        var refused = Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(Some(), Board, new Submitter(Ada with { IsBanned = true }), isOpen: true, Deadline));
        Assert.Equal(RefusalKind.Forbidden, refused.Kind);
    }

    [Fact]
    public void A_leaderboard_that_is_not_there_is_told_before_all_but_the_mode()
    {
        var refused = Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(Some(gpu: "H100"), null, new Submitter(Ada), isOpen: false, Deadline));
        Assert.Equal((RefusalKind.NotFound, "there is no leaderboard 'lcs'", false), (refused.Kind, refused.Reason, refused.InStream));
        Assert.Contains("not a mode", Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(Some(mode: "x"), null, new Submitter(Ada), isOpen: true, Deadline)).Reason);
    }

    /// <summary>One upload that breaks every rule after the reading, and what it is told as they are kept one by one (contract section 2.2).</summary>
    [Fact]
    public void Rules_are_held_in_the_contracts_order()
    {
        var closed = Board with { Visibility = Visibility.Closed };
        var (upload, submitter, isOpen, now) = (Some(name: "shit.cu", code: "#!POPCORN"), new Submitter(Ada with { IsBanned = true }, ThroughBoard: true), false, Deadline.AddDays(1));
        string Told()
        {
            var refused = Assert.IsType<IntakeOutcome.Refused>(IntakeRules.Decide(upload, closed, submitter, isOpen, now));
            Assert.True(refused.InStream);
            return refused.Reason;
        }

        Assert.Contains("at present", Told());
        isOpen = true;
        Assert.Contains("account is blocked", Told());
        submitter = submitter with { User = Ada };
        Assert.Contains("rude word", Told());
        upload = Some(name: "ship.cu", code: "#!POPCORN");
        Assert.Contains("must end in .py", Told());
        upload = Some(code: "#!POPCORN");
        Assert.Contains("line 1", Told());
        upload = Some();
        Assert.Contains("from the command line only", Told());
        submitter = submitter with { ThroughBoard = false };
        Assert.Contains("no invite", Told());
        submitter = submitter with { IsInvited = true };
        Assert.Contains("deadline", Told());
        now = Deadline;
        Assert.IsType<IntakeOutcome.Admitted>(IntakeRules.Decide(upload, closed, submitter, isOpen, now));
    }

    [Fact]
    public void What_a_closed_leaderboard_runs_on_is_told_to_the_invited_alone()
    {
        var closed = Board with { Visibility = Visibility.Closed };
        string Told(bool isInvited) => Assert.IsType<IntakeOutcome.Refused>(
            IntakeRules.Decide(Some(gpu: "H100"), closed, new Submitter(Ada, IsInvited: isInvited), isOpen: true, Deadline)).Reason;
        Assert.DoesNotContain("A100", Told(isInvited: false));
        Assert.Contains("A100", Told(isInvited: true));
    }
}
