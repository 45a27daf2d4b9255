using System.Runtime.InteropServices;
using Agon.Evaluation.Processes;
using Agon.Evaluation.Tests.Sandbox;

namespace Agon.Evaluation.Tests.Processes;

/// <summary>A signal that a handler takes ends a blocking call of the thread that it meets, without anything having happened.</summary>
public partial class InterruptedCallsTests
{
    [Fact]
    public async Task A_read_that_a_signal_interrupts_goes_on()
    {
        var (ours, childs) = Descriptors.SocketPair();
        using (ours)
        using (childs)
        {
            var (work, interruptAsync) = Start(() => Descriptors.Read(ours, new byte[8]));
            await interruptAsync();

            Descriptors.Send(childs, "late"u8);

            Assert.Equal(4, await work.WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task A_send_that_a_signal_interrupts_goes_on()
    {
        var all = new byte[4 << 20];   // more than a socket holds
        var (ours, childs) = Descriptors.SocketPair();
        using (childs)
        {
            var (work, interruptAsync) = Start(() =>
            {
                using (ours) return Descriptors.Send(ours, all);
            });
            await interruptAsync();

            var (received, buffer) = (0, new byte[64 << 10]);
            while (Descriptors.Read(childs, buffer) is > 0 and var count) received += count;

            Assert.True(await work.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(all.Length, received);
        }
    }

    /// <summary>The work on a thread of its own, and what interrupts it a few times once it blocks.</summary>
    private static (Task<T> Work, Func<Task> InterruptAsync) Start<T>(Func<T> work)
    {
        HandleSignal();
        var number = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = DedicatedThread.RunAsync("test", () =>
        {
            number.SetResult(ThreadNumber());
            return work();
        });
        return (done, async () =>
        {
            var thread = await number.Task;
            for (var n = 0; n < 20; n++)
            {
                Assert.True(await Eventually.HoldsAsync(() => done.IsCompleted || Sleeps(thread)), "the call does not block");
                if (done.IsCompleted) return;
                Assert.Equal(0, SignalThread(Environment.ProcessId, thread, Signal));
            }
        }
        );
    }

    private static bool Sleeps(int thread) =>
        File.ReadAllText($"/proc/self/task/{thread}/stat").Split(") ")[^1].StartsWith('S');

    /// <summary>Handled by a function of the C library that does nothing, and without restarting the call that was interrupted.</summary>
    private static void HandleSignal()
    {
        var harmless = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "abs");
        Assert.NotEqual(-1, SetHandler(Signal, harmless));
        Assert.Equal(0, InterruptCalls(Signal, 1));
    }

    private const int Signal = 12;   // SIGUSR2, which .NET leaves alone

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "siginterrupt")]
    private static partial int InterruptCalls(int signal, int flag);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadNumber();

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SignalThread(int process, int thread, int signal);
}
