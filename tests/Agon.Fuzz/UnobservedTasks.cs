using System.Collections.Concurrent;

namespace Agon.Fuzz;

/// <summary>Exceptions of tasks that nobody waited for: they stand in no log.</summary>
internal sealed class UnobservedTasks : IDisposable
{
    private readonly ConcurrentQueue<string> caught = [];

    public UnobservedTasks() => TaskScheduler.UnobservedTaskException += Catch;

    /// <summary>Those that a collection of garbage has met.</summary>
    public IEnumerable<string> Caught => caught;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Catch;

    private void Catch(object? sender, UnobservedTaskExceptionEventArgs args)
    {
        // The framework's output cache leaves a request's own task behind when its client is gone.
        if (args.Exception.InnerExceptions.All(error => error is OperationCanceledException))
            return;
        caught.Enqueue($"nobody waited for a task that failed: {args.Exception.InnerException}");
    }
}
