namespace Agon.Domain.Problems;

/// <summary>Something about a task that its organiser should know.</summary>
/// <param name="IsError">Whether the task cannot be used as it is; else it is a warning.</param>
/// <param name="File">By its path from the task's folder.</param>
/// <param name="Message">One sentence: what is wrong, and what would be right.</param>
public sealed record TaskFinding(bool IsError, string File, string Message)
{
    /// <summary>Where in task.yml: a key, or an item such as <c>tests[2]</c>; null where the finding is about a whole file.</summary>
    public string? Field { get; init; }
}
