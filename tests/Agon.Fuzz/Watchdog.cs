namespace Agon.Fuzz;

/// <summary>Ends the program when one input takes for ever: a loop without an end gives nothing back to tell.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Timer timer;
    private string target = "";
    private byte[] input = [];

    public Watchdog() => timer = new Timer(_ =>
    {
        Console.WriteLine($"FAULT  {target}: no end after {Limit.TotalSeconds} s\n  input: {FuzzRun.Shown(input)}");
        Environment.Exit(1);
    });

    public void Watch(string name, byte[] bytes)
    {
        (target, input) = (name, bytes);
        timer.Change(Limit, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();
}
