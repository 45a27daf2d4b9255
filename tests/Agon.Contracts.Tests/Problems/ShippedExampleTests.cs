using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Problems;

public sealed class ShippedExampleTests
{
    private static readonly string Examples = Path.Combine(Repository.Root, "examples", "problems");

    [Fact]
    public void The_shipped_set_has_its_problems_and_skips_none()
    {
        var all = ProblemSet.Read(Examples).Select(problem => Assert.IsType<SetProblem.Found>(problem)).ToList();
        Assert.Equal(["subsequence", "roads", "matmul-cpp", "prefix-sum", "histogram"], all.Select(problem => problem.Name));
        Assert.All(all, problem => Assert.Equal("CPU", Assert.Single(problem.Gpus)));
        var found = all[0];
        Assert.Null(found.Deadline);
        Assert.Equal(IsolationLevel.None, found.Task.Agon.MinIsolation);
        Assert.Equal(["eval.py", "reference.py", "submission.py", "task.py"], found.Task.Files.Keys);
        Assert.Equal(TaskDefinition.SubmissionMarker, found.Task.Files["submission.py"]);
        Assert.Equal("m: 800; n: 1000; kind: random; seed: 6133; alphabet: 4", found.Task.Benchmarks[0].Line);
        Assert.Equal(["Python"], found.Task.Templates.Keys);
    }

    [Fact]
    public void The_shipped_set_for_gpus_has_its_problems_and_skips_none()
    {
        var all = ProblemSet.Read(Path.Combine(Repository.Root, "examples", "gpu-problems")).Select(problem => Assert.IsType<SetProblem.Found>(problem)).ToList();
        Assert.Equal(["transpose-cuda", "softmax-triton"], all.Select(problem => problem.Name));
        Assert.Equal(["cu", "py"], all.Select(problem => problem.Task.Lang));
        Assert.All(all, problem => Assert.Contains("H100", problem.Gpus));
        Assert.All(all, problem => Assert.Equal(IsolationLevel.Standard, problem.Task.Agon.MinIsolation));
        Assert.All(all, problem => Assert.Empty(TaskLint.Of(problem.Task)));
    }

    [Fact]
    public void The_shipped_task_can_be_read_on_its_own()
    {
        var found = Assert.IsType<SetProblem.Found>(Assert.Single(ProblemSet.Read(Path.Combine(Examples, "subsequence"))));
        Assert.Equal("subsequence", found.Name);
        Assert.Equal("CPU", Assert.Single(found.Gpus));
    }
}
