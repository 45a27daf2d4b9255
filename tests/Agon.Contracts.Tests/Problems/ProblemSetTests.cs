using Agon.Contracts.Problems;

namespace Agon.Contracts.Tests.Problems;

/// <summary>The set is the folder above the small right task: its directory is called task.</summary>
public sealed class ProblemSetTests : IDisposable
{
    private readonly TaskOnDisk disk = new();

    private string Set => Path.Combine(disk.Root, "set");

    public void Dispose() => disk.Dispose();

    private IReadOnlyList<SetProblem> Read(string competition)
    {
        disk.Write("../contest.yaml", competition);
        return ProblemSet.Read(Set);
    }

    [Fact]
    public void A_competition_names_its_problems()
    {
        var found = Assert.IsType<SetProblem.Found>(Assert.Single(Read("""
            name: Sorting week
            description: ""
            deadline: 2025-11-29
            anything: else is other tools' business
            problems:
              - directory: task
                name: sort_v2
                deadline: 2025-11-29 6:59
                gpus: [B200, H100, b200]
                points: 3
            """)));
        Assert.Equal("sort_v2", found.Name);
        Assert.Equal("Sort a list.", found.Task.Description);
        Assert.Equal(["B200", "H100"], found.Gpus.AsEnumerable());
        Assert.Equal(new DateTimeOffset(2025, 11, 29, 6, 59, 0, TimeSpan.Zero), found.Deadline);
    }

    [Theory]
    [InlineData("2025-11-29")]
    [InlineData("'2025-11-29'")]
    public void A_day_is_a_day_whether_YAML_takes_it_for_a_date_or_not(string deadline) =>
        Assert.Equal(
            new DateTimeOffset(2025, 11, 29, 0, 0, 0, TimeSpan.Zero),
            Assert.IsType<SetProblem.Found>(Assert.Single(Read($"problems: [{{directory: task, name: a, gpus: T4, deadline: {deadline}}}]"))).Deadline);

    [Theory]
    [InlineData("deadline: \"\"")]
    [InlineData("deadline:")]
    [InlineData("deadline: soon")]
    [InlineData("deadline: [2025-11-29]")]
    [InlineData("deadline: 2025-11-29 06:59:00")]
    [InlineData("x: 1")]
    public void A_deadline_in_no_known_form_is_unset(string deadline) =>
        Assert.Null(Assert.IsType<SetProblem.Found>(Assert.Single(Read($"problems: [{{directory: task, name: a, gpus: T4, {deadline}}}]"))).Deadline);

    [Theory]
    [InlineData("gpus: [L4]", "L4")]
    [InlineData("gpus: []", "A100")]
    [InlineData("gpus:", "A100")]
    [InlineData("x: 1", "A100")]
    public void Without_gpus_of_its_own_a_problem_has_those_of_task_yml(string gpus, string expected)
    {
        disk.Write("task.yml", TaskOnDisk.Yaml + "gpus: A100\n");
        var found = Assert.IsType<SetProblem.Found>(Assert.Single(Read($"problems: [{{directory: task, name: a, {gpus}}}]")));
        Assert.Equal(expected, Assert.Single(found.Gpus));
    }

    [Theory]
    [InlineData("{directory: task, gpus: T4}", "contest.yaml problems[0]", "has no name")]
    [InlineData("{directory: task, name: '', gpus: T4}", "contest.yaml problems[0]", "has no name")]
    [InlineData("{name: a, gpus: T4}", "a", "has no directory")]
    [InlineData("{name: a, directory: , gpus: T4}", "a", "has no directory")]
    [InlineData("{name: a, directory: none, gpus: T4}", "a", "there is no directory 'none' in the set")]
    [InlineData("{name: a, directory: task/eval.py, gpus: T4}", "a", "there is no directory 'task/eval.py' in the set")]
    [InlineData("{name: a, directory: .., gpus: T4}", "a", "there is no directory '..' in the set")]
    [InlineData("{name: a, directory: /etc, gpus: T4}", "a", "there is no directory '/etc' in the set")]
    [InlineData("{name: a, directory: ., gpus: T4}", "a", "task.yml: does not exist")]
    [InlineData("{name: a, directory: task}", "a", "names no gpus, neither in the competition nor in task.yml")]
    [InlineData("{name: a/b, directory: task, gpus: T4}", "a/b", "cannot be a leaderboard's name: a name has 1 to 64 ASCII letters, digits, dots, hyphens and underscores, and starts with a letter or a digit")]
    [InlineData("{name: admin, directory: task, gpus: T4}", "admin", "cannot be a leaderboard's name: an address of the server begins so")]
    [InlineData("{name: 7, directory: task, gpus: T4}", "contest.yaml", "contest.yaml:1: problems[0].name is '7', which YAML does not take for text; put it in quotes")]
    [InlineData("word", "contest.yaml", "contest.yaml:1: problems[0] must be a map of key: value")]
    public void A_problem_that_is_wrong_is_skipped_with_its_reason(string problem, string name, string reason) =>
        Assert.Equal(new SetProblem.Skipped(name, reason), Assert.Single(Read($"problems: [{problem}]")));

    [Theory]
    [InlineData("MI300", false)]
    [InlineData("mi355x", false)]
    [InlineData("NVIDIA", true)]
    public void A_cuda_task_is_no_problem_for_devices_that_run_no_cuda(string gpu, bool runs)
    {
        disk.Write("task.yml", TaskOnDisk.Yaml + "lang: cu\nconfig: {sources: [eval.py, submission.py]}\n");
        var problem = Assert.Single(Read($"problems: [{{directory: task, name: a, gpus: [H100, {gpu}]}}]"));
        Assert.Equal(runs ? null : $"{gpu} does not run CUDA, so it cannot run tasks of lang cu", (problem as SetProblem.Skipped)?.Reason);
    }

    [Fact]
    public void A_wrong_problem_does_not_hold_up_the_others()
    {
        disk.Write("../broken/task.yml", "lang: py");
        disk.Write("../unreadable.yaml", "problems: [");
        var problems = Read("""
            problems:
              - {directory: broken, name: broken, gpus: T4}
              - {directory: task, name: right, gpus: T4}
              - {directory: task, name: Right, gpus: L4}
            """);
        Assert.Equal(["broken", "right", "Right", "unreadable.yaml"], problems.Select(problem => problem.Name));
        Assert.Equal("task.yml:1: files is missing", Assert.IsType<SetProblem.Skipped>(problems[0]).Reason);
        Assert.IsType<SetProblem.Found>(problems[1]);
        Assert.Equal("another problem of the set has this name", Assert.IsType<SetProblem.Skipped>(problems[2]).Reason);
        Assert.StartsWith("unreadable.yaml:", Assert.IsType<SetProblem.Skipped>(problems[3]).Reason);
    }

    [Fact]
    public void Competitions_are_read_in_the_order_of_their_names()
    {
        disk.Write("../b.yaml", "problems: [{directory: task, name: second, gpus: T4}]");
        disk.Write("../a.yaml", "problems: [{directory: task, name: first, gpus: T4}]");
        disk.Write("../deeper/c.yaml", "problems: [{directory: task, name: unseen, gpus: T4}]");
        disk.Write("../notes.yml", "no competition");
        Assert.Equal(["first", "second"], ProblemSet.Read(Set).Select(problem => problem.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("name: none yet\nproblems:\n")]
    public void A_competition_may_have_no_problems(string yaml) =>
        Assert.True(Read(yaml) is [] or [SetProblem.Skipped { Reason: "contest.yaml: the file must be a map of key: value" }]);

    [Fact]
    public void A_folder_with_a_task_yml_is_one_problem_of_the_folders_name()
    {
        disk.Write("task.yml", TaskOnDisk.Yaml + "gpus: A100\n");
        var found = Assert.IsType<SetProblem.Found>(Assert.Single(ProblemSet.Read(disk.Folder + "/")));
        Assert.Equal("task", found.Name);
        Assert.Equal("A100", Assert.Single(found.Gpus));
        Assert.Null(found.Deadline);
    }

    [Fact]
    public void A_task_in_a_set_may_use_files_of_the_set_but_none_above_it()
    {
        disk.Write("../eval.py", "shared\n");
        disk.Write("../../eval.py", "above\n");
        disk.Write("task.yml", TaskOnDisk.Yaml.Replace("source: eval.py", "source: ../eval.py"));
        Assert.IsType<SetProblem.Found>(Assert.Single(Read("problems: [{directory: task, name: a, gpus: T4}]")));

        disk.Write("task.yml", TaskOnDisk.Yaml.Replace("source: eval.py", "source: ../../eval.py"));
        Assert.Equal(
            new SetProblem.Skipped("a", "task.yml:7: files[1].source '../../eval.py' is outside the problem set's root"),
            Assert.Single(ProblemSet.Read(Set)));
        Assert.IsType<SetProblem.Found>(Assert.Single(ProblemSet.Read(Set, disk.Root)));
    }

    [Fact]
    public void A_folder_with_neither_is_refused()
    {
        Assert.Equal(
            "root: holds neither a task.yml nor a competition file (*.yaml)",
            Assert.Throws<ProblemFileException>(() => ProblemSet.Read(disk.Root)).Message);
        Assert.Throws<ProblemFileException>(() => ProblemSet.Read(Path.Combine(disk.Root, "none")));
        Assert.Throws<ProblemFileException>(() => ProblemSet.Read(""));
        Assert.Throws<ProblemFileException>(() => ProblemSet.Read("a\0b"));
    }

    [Fact]
    public void A_competition_can_be_read_by_itself()
    {
        disk.Write("../contest.yaml", "name: Week\ndescription: d\ndeadline: 2025-11-29 6:59\nproblems: [{directory: task, name: a}]");
        var competition = CompetitionFile.Read(Path.Combine(Set, "contest.yaml"));
        Assert.Equal(("Week", "d", "2025-11-29 6:59"), (competition.Name, competition.Description, competition.Deadline));
        var problem = Assert.Single(competition.Problems);
        Assert.Equal(("task", "a"), (problem.Directory, problem.Name));
        Assert.Empty(problem.Gpus);
        Assert.Equal("none.yaml: does not exist", Assert.Throws<ProblemFileException>(() => CompetitionFile.Read(Path.Combine(Set, "none.yaml"))).Message);
        Assert.Throws<ProblemFileException>(() => CompetitionFile.Read(""));
    }
}
