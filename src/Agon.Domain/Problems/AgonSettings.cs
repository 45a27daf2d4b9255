using Agon.Domain.Runs;

namespace Agon.Domain.Problems;

/// <summary>Agon's own settings of a task: agon.yml, which stands beside a task.yml that other tools can still read.</summary>
public sealed record AgonSettings
{
    /// <summary>A runner whose sandbox is weaker does not take the task's jobs (threats 5.7).</summary>
    public IsolationLevel MinIsolation { get; init; } = IsolationLevel.Standard;
}
