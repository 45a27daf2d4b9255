namespace Agon.Evaluation.Processes;

/// <summary>Runs blocking work on a thread of its own, which lives exactly as long as the work.</summary>
internal static class DedicatedThread
{
    internal static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                completion.SetResult(work());
            }
            catch (OperationCanceledException cancelled)
            {
                completion.SetCanceled(cancelled.CancellationToken);
            }
#pragma warning disable CA1031 // Nothing is swallowed: the exception is the task's.
            catch (Exception error)
#pragma warning restore CA1031
            {
                completion.SetException(error);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return completion.Task;
    }
}
