using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Kernels;

public sealed class IsolationGateTests
{
    [Theory]
    [InlineData(IsolationLevel.Strong, IsolationLevel.Strong, false)]
    [InlineData(IsolationLevel.Strong, IsolationLevel.None, false)]
    [InlineData(IsolationLevel.Standard, IsolationLevel.Standard, false)]
    [InlineData(IsolationLevel.Weak, IsolationLevel.None, false)]
    [InlineData(IsolationLevel.None, IsolationLevel.None, true)]
    public void A_sandbox_as_strong_as_the_task_asks_for_may_run_it(IsolationLevel found, IsolationLevel needed, bool trusted) =>
        Assert.Null(IsolationGate.Refusal(Found(found), needed, trusted));

    [Theory]
    [InlineData(IsolationLevel.Standard, IsolationLevel.Strong)]
    [InlineData(IsolationLevel.Weak, IsolationLevel.Standard)]
    [InlineData(IsolationLevel.None, IsolationLevel.Weak)]
    public void A_weaker_one_is_refused_with_both_levels_and_the_first_cure_whoever_is_trusted(IsolationLevel found, IsolationLevel needed)
    {
        var reason = IsolationGate.Refusal(Found(found), needed, trustAllSubmitters: true);
        Assert.Contains($"'{found}'", reason, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"'{needed}'", reason, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("system-call filter: install bubblewrap", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("second", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_sandbox_nothing_runs_unless_the_operator_said_so()
    {
        var refusal = Assert.Throws<IsolationRefusedException>(
            () => IsolationGate.Check(Found(IsolationLevel.None), IsolationLevel.None, trustAllSubmitters: false));
        Assert.Contains("--i-trust-all-submitters", refusal.Message, StringComparison.Ordinal);
    }

    private static Isolation Found(IsolationLevel level) => new(level, "test",
        [new MissingDefence("system-call filter", "install bubblewrap"), new MissingDefence("second", "another cure")]);
}
