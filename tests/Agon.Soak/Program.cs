using System.Runtime.InteropServices;
using Agon.Soak;
using Agon.Soak.Load;

// A worker that believes it has every lease that it ever had: only this program can start one, to show what then becomes of results.
if (args is ["forgetful-worker", var data, var check])
    return await ForgetfulWorker.RunAsync(data, check == nameof(LeaseCheck.ByDatabaseAlone));

if (args is ["load", .. var load])
    return await UntilToldToEndAsync(ended => RunLoadAsync(load, ended));

if (args is ["--help" or "-h"])
{
    Console.WriteLine(SoakOptions.Usage);
    return 0;
}
if (SoakOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("agon-soak: the command line is wrong; see agon-soak --help");
    return 2;
}
return await UntilToldToEndAsync(ended => RunSoakAsync(options, ended));

// Who ends it leaves no server, worker or database behind.
static async Task<int> UntilToldToEndAsync(Func<CancellationToken, Task<int>> run)
{
    using var ended = new CancellationTokenSource();
    var code = 0;
    void End(PosixSignalContext signal, int number)
    {
        signal.Cancel = true;
        code = 128 + number;
        ended.Cancel();
    }
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, 15));
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, 2));
    try
    {
        return await run(ended.Token);
    }
    catch (Exception error) when (ended.IsCancellationRequested)
    {
        // Ctrl-C reaches the commands that it runs, too: what they say of that is no news.
        Console.Error.WriteLine("agon-soak: told to end before it was over" + (error is OperationCanceledException ? "; what it started is stopped" : $": {error.Message}"));
        return code;
    }
}

static async Task<int> RunSoakAsync(SoakOptions options, CancellationToken ended)
{
    var tallies = await Task.WhenAll(options.Databases.Select(postgres => Task.Run(() => SoakRun.RunAsync(options, postgres, ended), CancellationToken.None)));
    Console.WriteLine($"\n{tallies.Sum(tally => tally.Passed)} passed, {tallies.Sum(tally => tally.Failed)} failed");
    return tallies.Any(tally => tally.Failed > 0) ? 1 : 0;
}

static async Task<int> RunLoadAsync(string[] arguments, CancellationToken ended)
{
    if (arguments is ["--help" or "-h"])
    {
        Console.WriteLine(LoadOptions.Usage);
        return 0;
    }
    if (LoadOptions.Parse(arguments) is not { } options)
    {
        Console.Error.WriteLine("agon-soak: the command line is wrong; see agon-soak load --help");
        return 2;
    }
    var good = true;
    foreach (var postgres in options.Postgres)
        good &= await LoadRun.RunAsync(options, postgres, ended);
    return good ? 0 : 1;
}
