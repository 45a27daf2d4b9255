using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Agon.Fuzz.Readers;
using Agon.Fuzz.Web;

namespace Agon.Fuzz;

/// <summary>One run: input number n goes to target n modulo their number, so that each quarter of the run holds the same work.</summary>
internal static class FuzzRun
{
    private const int MostFaults = 20;
    private const int LongestShown = 2000;

    // What caches, pools and compiled code may still take after the first quarter; 100 bytes an input are more than this.
    private const long MostGrowth = 8L << 20;

    // A thread that came to read a file keeps a buffer that a file fits in.
    private const long KeptByThread = 1L << 20;
    private const int MostNewThreads = 16;

    // Of the whole process, native memory too: pools of connections, SQLite's caches and the heap's own reserve come and go.
    private const long MostResidentGrowth = 128L << 20;

    public static async Task<bool> RunAsync(FuzzOptions options)
    {
        var began = Stopwatch.GetTimestamp();
        // The servers in this process take the signal for their own, and what is asked of them then would only tell of that.
        using var ending = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(1));
        using var folder = new ScratchFolder();
        await using var site = await Site.StartAsync(folder);
        var targets = AllReaders.In(folder).Concat(site.Targets)
            .Where(target => options.Only is null || target.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)).ToList();
        if (targets.Count == 0)
        {
            Console.Error.WriteLine($"agon-fuzz: no target has '{options.Only}' in its name");
            return false;
        }
        Console.WriteLine($"seed {options.Seed}, {options.Inputs} inputs for {targets.Count} targets; requests go to {site.Names}");

        var tallies = targets.Select(target => new Tally(target.Name)).ToList();
        var faults = new Faults(options.Seed);
        using var watchdog = new Watchdog();
        using var unobserved = new UnobservedTasks();
        foreach (var target in targets)
            await CheckValidAsync(target, faults);
        (long Managed, long Resident, int Threads) atQuarter = default;
        for (var n = 0; n < options.Inputs && faults.Count < MostFaults; n++)
        {
            if (n % (4 * targets.Count) == 0)
                await site.TidyAsync();
            if (n == options.Inputs / 4)
                atQuarter = (LiveBytes(), Environment.WorkingSet, ThreadPool.ThreadCount);
            await TryAsync(targets[n % targets.Count], n, tallies[n % targets.Count]);
        }
        (long Managed, long Resident, int Threads) atEnd = (LiveBytes(), Environment.WorkingSet, ThreadPool.ThreadCount);
        var allowedGrowth = MostGrowth + (KeptByThread * Math.Clamp(atEnd.Threads - atQuarter.Threads, 0, MostNewThreads));
        foreach (var told in site.LastWords().Concat(unobserved.Caught))
            faults.Add(told);

        foreach (var line in Tally.Table(tallies))
            Console.WriteLine(line);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"managed memory after a collection: {atQuarter.Managed / 1048576.0:0.0} MiB at a quarter, {atEnd.Managed / 1048576.0:0.0} MiB at the end; resident {atQuarter.Resident >> 20} and {atEnd.Resident >> 20} MiB; threads {atQuarter.Threads} and {atEnd.Threads}; {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        // Few inputs end while code is still being compiled, and say nothing of growth.
        if (options.Inputs >= 10_000 && atEnd.Managed - atQuarter.Managed > allowedGrowth)
            faults.Add($"managed memory grew by {(atEnd.Managed - atQuarter.Managed) >> 20} MiB between a quarter and the end of the run");
        if (options.Inputs >= 10_000 && atEnd.Resident - atQuarter.Resident > MostResidentGrowth)
            faults.Add($"resident memory grew by {(atEnd.Resident - atQuarter.Resident) >> 20} MiB between a quarter and the end of the run");
        if (options.Inputs >= 1000 && tallies.Sum(tally => tally.Mutations) * 3 < tallies.Sum(tally => tally.Inputs))
            faults.Add("less than a third of the inputs were mutations of valid ones");
        foreach (var fault in faults.Texts)
            Console.WriteLine($"FAULT  {fault}");
        Console.WriteLine(faults.Count == 0 ? "every input was read or refused, as it should be" : $"{faults.Count} faults; --seed {options.Seed} makes the same inputs again");
        return faults.Count == 0;

        async Task TryAsync(Target target, int number, Tally tally)
        {
            var input = new Mutator(new Random(unchecked((options.Seed * 1_000_003) + number))).Make(target.Valid);
            watchdog.Watch(target.Name, input.Bytes);
            var start = Stopwatch.GetTimestamp();
            var fault = await FaultAsync(target, input.Bytes, answered => tally.Count(input, answered, Stopwatch.GetElapsedTime(start)));
            if (fault is null)
                return;
            tally.Count(input, answered: false, Stopwatch.GetElapsedTime(start));
            tally.Faults++;
            if (!faults.IsNew(target.Name, fault))
                return;
            watchdog.Watch($"{target.Name}, made smaller", input.Bytes);
            var smallest = await Shrinker.SmallestAsync(input.Bytes, async bytes => await FaultAsync(target, bytes, _ => { }) is { } other && Faults.KindOf(other) == Faults.KindOf(fault), TimeProvider.System);
            faults.Add($"{target.Name}, input {number} of seed {options.Seed}: {Faults.KindOf(fault)}\n{Indented(fault.ToString())}\n  smallest input: {Shown(smallest)}");
        }
    }

    private static async Task CheckValidAsync(Target target, Faults faults)
    {
        var (valid, read) = (target.Valid, false);
        foreach (var input in valid)
        {
            if (await FaultAsync(target, input, answered => read |= answered) is { } fault)
                faults.Add($"{target.Name}, a valid input: {Indented(fault.ToString())}\n  {Shown(input)}");
        }
        if (!read && !target.HasToReadTheValid)
            Console.WriteLine($"NOTE  {target.Name}: none of its valid inputs is read as it is, see ValidRequests");
        else if (!read)
            faults.Add($"{target.Name}: inputs that should be valid are refused: {string.Join(", ", valid.Select(Shown))}");
    }

    /// <summary>Bytes as a text of C#, so that a test can be made of it.</summary>
    public static string Shown(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (var sign in bytes.Take(LongestShown))
            text.Append(sign switch { (byte)'"' => "\\\"", (byte)'\\' => @"\\", (byte)'\n' => @"\n", (byte)'\r' => @"\r", >= 0x20 and < 0x7f => $"{(char)sign}", _ => $"\\x{sign:x2}" });
        return $"\"{text}\"{(bytes.Length > LongestShown ? $" and {bytes.Length - LongestShown} bytes more" : "")}";
    }

    private static async Task<Exception?> FaultAsync(Target target, byte[] input, Action<bool> onEnd)
    {
        try
        {
            onEnd(await target.TryAsync(input));
            return null;
        }
#pragma warning disable CA1031 // Whatever a reader throws that is not its refusal is what is looked for.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error;
        }
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Take(12).Select(line => $"  {line.TrimEnd()}"));

    private static long LiveBytes()
    {
        for (var round = 0; round < 2; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

/// <summary>What was found; the same trouble of the same target once.</summary>
internal sealed class Faults(int seed)
{
    private readonly List<string> texts = [];
    private readonly HashSet<string> known = [];

    public IReadOnlyList<string> Texts => texts;

    public int Count => texts.Count;

    public int Seed => seed;

    public void Add(string text) => texts.Add(text);

    public bool IsNew(string target, Exception fault) => known.Add($"{target} {KindOf(fault)}");

    /// <summary>The kind of exception, and where it came from; of our own faults what they say, without its numbers.</summary>
    public static string KindOf(Exception fault) => fault is FuzzFaultException
        ? string.Concat(fault.Message.Split('\n')[0].Where(letter => !char.IsDigit(letter)))
        : $"{fault.GetType().Name} in {fault.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Agon.", StringComparison.Ordinal))?.Trim() ?? "unknown"}";
}
