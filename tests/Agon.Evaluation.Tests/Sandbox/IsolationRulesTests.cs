using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public class IsolationRulesTests
{
    private static readonly ProbeFindings AllHeld = new()
    {
        Namespaces = true,
        SpareUser = true,
        HostRoot = false,
        NoNetwork = true,
        Filter = true,
        NoRights = true,
        SizedDisk = true,
        ProcessLimit = true,
        MemoryOverAll = true,
    };

    public static TheoryData<string, IsolationLevel> Levels => new()
    {
        { "nothing", IsolationLevel.Strong },
        { nameof(ProbeFindings.SpareUser), IsolationLevel.Standard },
        { nameof(ProbeFindings.MemoryOverAll), IsolationLevel.Standard },
        { nameof(ProbeFindings.Filter), IsolationLevel.Weak },
        { nameof(ProbeFindings.NoRights), IsolationLevel.Weak },
        { nameof(ProbeFindings.SizedDisk), IsolationLevel.Weak },
        { nameof(ProbeFindings.ProcessLimit), IsolationLevel.Weak },
        { nameof(ProbeFindings.Namespaces), IsolationLevel.None },
        { nameof(ProbeFindings.NoNetwork), IsolationLevel.None },
        { nameof(ProbeFindings.HostRoot), IsolationLevel.None },
    };

    [Theory, MemberData(nameof(Levels))]
    public void What_is_missing_decides_the_level_and_has_a_cure(string missing, IsolationLevel level)
    {
        var found = missing switch
        {
            nameof(ProbeFindings.SpareUser) => AllHeld with { SpareUser = false },
            nameof(ProbeFindings.MemoryOverAll) => AllHeld with { MemoryOverAll = false },
            nameof(ProbeFindings.Filter) => AllHeld with { Filter = false },
            nameof(ProbeFindings.NoRights) => AllHeld with { NoRights = false },
            nameof(ProbeFindings.SizedDisk) => AllHeld with { SizedDisk = false },
            nameof(ProbeFindings.ProcessLimit) => AllHeld with { ProcessLimit = false },
            nameof(ProbeFindings.Namespaces) => AllHeld with { Namespaces = false },
            nameof(ProbeFindings.NoNetwork) => AllHeld with { NoNetwork = false },
            nameof(ProbeFindings.HostRoot) => AllHeld with { HostRoot = true },
            _ => AllHeld,
        };

        var judged = IsolationRules.Judge(found);

        Assert.Equal(level, judged.Level);
        Assert.Equal(missing == "nothing" ? 0 : 1, judged.Missing.Count);
        Assert.All(judged.Missing, each => Assert.NotEmpty(each.Cure));
    }

    [Fact]
    public void The_weakest_point_counts() =>
        Assert.Equal(IsolationLevel.None, IsolationRules.Judge(AllHeld with { HostRoot = true, Filter = false, SpareUser = false }).Level);
}
