using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Domain.Tests.Runs;

public sealed class PhasesTests
{
    [Theory]
    [InlineData(EvaluationMode.Test, "test")]
    [InlineData(EvaluationMode.Benchmark, "benchmark")]
    [InlineData(EvaluationMode.Leaderboard, "test benchmark leaderboard")]
    [InlineData(EvaluationMode.Private, "test benchmark leaderboard")]
    [InlineData(EvaluationMode.Profile, "profile.0")]
    public void A_mode_has_its_phases_in_order(EvaluationMode mode, string phases) =>
        Assert.Equal(phases, string.Join(' ', Phases.Of(Some.Task(), mode).Select(phase => phase.Key)));

    [Fact]
    public void Profiling_has_a_phase_for_every_benchmark_with_one_case_and_the_benchmarks_time()
    {
        var phases = Phases.Of(Some.Task(RankingBy.Geom), EvaluationMode.Profile);
        Assert.Equal(["profile.0 n: 10 2", "profile.1 n: 20 2", "profile.2 n: 30 2"], phases.Select(phase => $"{phase.Key} {Lines(phase)} {phase.TimeLimit.TotalSeconds}"));
        Assert.All(phases, phase => Assert.Equal("profile", phase.HarnessMode));
        Assert.Equal("benchmark", Phases.Of(Some.Task(), EvaluationMode.Benchmark)[0].HarnessMode);
    }

    [Fact]
    public void A_phase_has_the_time_limit_that_the_task_gives_it() =>
        Assert.Equal([1, 2, 3], Phases.Of(Some.Task(), EvaluationMode.Leaderboard).Select(phase => phase.TimeLimit.TotalSeconds));

    [Theory]
    [InlineData(RankingBy.Last, "n: 30")]
    [InlineData(RankingBy.Mean, "n: 10,n: 20,n: 30")]
    [InlineData(RankingBy.Geom, "n: 10,n: 20,n: 30")]
    public void Ranking_by_the_last_benchmark_times_only_that_one(RankingBy rankingBy, string cases)
    {
        var phases = Phases.Of(Some.Task(rankingBy), EvaluationMode.Private);
        Assert.Equal("n: 1,n: 2", Lines(phases[0]));
        Assert.Equal(cases, Lines(phases[1]));
        Assert.Equal(cases, Lines(phases[2]));
    }

    [Fact]
    public void A_task_without_benchmarks_times_nothing() =>
        Assert.Empty(Phases.TimedCases(Some.Task() with { Benchmarks = [] }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(112, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(110, false)]
    [InlineData(111, false)]
    [InlineData(113, false)]
    [InlineData(114, false)]
    [InlineData(-9, false)]
    [InlineData(-112, false)]
    public void Only_0_and_112_say_that_the_harness_did_its_work(int code, bool success) => Assert.Equal(success, HarnessExit.IsSuccess(code));

    [Fact]
    public void Isolation_levels_are_ordered_from_none_to_strong() =>
        Assert.Equal(
            [IsolationLevel.None, IsolationLevel.Weak, IsolationLevel.Standard, IsolationLevel.Strong],
            Enum.GetValues<IsolationLevel>().Order());

    [Fact]
    public void A_printed_job_tells_neither_the_seed_nor_the_entry()
    {
        var job = new EvaluationJob { Task = Some.Task(), Submission = "secret code", Mode = EvaluationMode.Private, Seed = 987654321, Gpu = "CPU" };
        Assert.Equal("Private job on CPU", job.ToString());
    }

    private static string Lines(Phase phase) => string.Join(',', phase.Cases.Select(one => one.Line));
}
