using Agon.Domain.Problems;

namespace Agon.Domain.Tests.Problems;

public sealed class EntryRulesTests
{
    [Theory]
    [InlineData("correct.py", EntryRole.Correct)]
    [InlineData("fast.cu", EntryRole.Fast)]
    [InlineData("wrong_greedy.cpp", EntryRole.Wrong)]
    [InlineData("wrong.py", null)]
    [InlineData("faster.py", null)]
    [InlineData("notes.md", null)]
    public void A_files_name_says_what_it_is_to_show(string name, EntryRole? role) => Assert.Equal(role, EntryRules.RoleOf(name));

    [Fact]
    public void What_is_missing_among_the_entries_is_told() => Assert.Equal(
        ["there is no entries/correct.*", "there is no entries/fast.*", "there is no entries/wrong_*.*"],
        EntryRules.OfNames("py", []).Select(finding => finding.Message.Split(':')[0]));

    [Fact]
    public void A_file_that_is_no_entry_is_told_and_one_that_no_server_takes_is_an_error()
    {
        var found = EntryRules.OfNames("py", ["entries/correct.py", "entries/fast.cpp", "entries/notes.md", "entries/wrong_1.py"]).ToList();
        Assert.Equal([("entries/notes.md", false), ("entries/fast.cpp", true)], found.Select(finding => (finding.File, finding.IsError)));
    }

    // 0.8 and 1.2 themselves are enough.
    public static TheoryData<bool, double, bool> Scores => new()
    {
        { true, 0.8, true }, { true, 0.81, false }, { true, 1.2, false }, { false, 1.2, true }, { false, 1.19, false }, { false, 0.8, false },
    };

    [Theory]
    [MemberData(nameof(Scores))]
    public void A_fast_entry_is_better_by_a_fifth_in_the_tasks_direction(bool ascending, double score, bool enough)
    {
        var found = EntryRules.OfResults(ascending, [Passed("correct.py", EntryRole.Correct, 1), Passed("fast.py", EntryRole.Fast, score)]);
        Assert.Equal(enough, !found.Any());
    }

    [Fact]
    public void A_fast_entry_is_held_against_the_best_of_the_correct_ones() => Assert.Equal(
        "its score is 90 % of the correct entry's; it should be at most 80 %",
        Assert.Single(EntryRules.OfResults(true, [Passed("correct.a", EntryRole.Correct, 2), Passed("correct.b", EntryRole.Correct, 1), Passed("fast.a", EntryRole.Fast, 0.9)])).Message);

    [Fact]
    public void A_right_entry_that_fails_and_a_wrong_one_that_passes_are_errors()
    {
        var found = EntryRules.OfResults(true,
        [
            new JudgedEntry("correct.py", EntryRole.Correct, "the tests failed on CPU", null), new JudgedEntry("wrong_a.py", EntryRole.Wrong, "the tests failed on CPU", null),
            Passed("wrong_b.py", EntryRole.Wrong, 1),
        ]).ToList();
        Assert.All(found, finding => Assert.True(finding.IsError));
        Assert.Equal(["correct.py", "wrong_b.py"], found.Select(finding => finding.File));
        Assert.Equal("it should pass, but the tests failed on CPU", found[0].Message);
    }

    private static JudgedEntry Passed(string file, EntryRole role, double score) => new(file, role, Failure: null, score);
}
