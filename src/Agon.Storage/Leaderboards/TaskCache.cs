using System.Collections.Concurrent;
using Agon.Domain.Problems;

namespace Agon.Storage.Leaderboards;

/// <summary>Stored tasks as they were last understood: the same text means the same task, so nothing here is ever out of date.</summary>
internal static class TaskCache
{
    // A task may be megabytes of files; more leaderboards than this are seldom asked for at once.
    private const int MostTasks = 64;
    private const int LongestText = 64 * 1024;

    private static readonly ConcurrentDictionary<(string Task, string? Settings, string? Description), TaskDefinition> Known = new();

    public static TaskDefinition Get((string Task, string? Settings, string? Description) text, Func<TaskDefinition> read)
    {
        if (text.Task.Length > LongestText)
            return read();
        if (Known.TryGetValue(text, out var known))
            return known;
        if (Known.Count >= MostTasks)
            Known.Clear();
        return Known[text] = read();
    }
}
