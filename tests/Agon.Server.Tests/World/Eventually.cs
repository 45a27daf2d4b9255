namespace Agon.Server.Tests.World;

/// <summary>Waits for what has no signal to wait for, as long as a slow machine may need.</summary>
internal static class Eventually
{
    public static async Task IsAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }
}
