using Agon.Soak;
using Agon.Soak.Load;

// A worker that believes it has every lease that it ever had: only this program can start one, to show what then becomes of results.
if (args is ["forgetful-worker", var data, var check])
    return await ForgetfulWorker.RunAsync(data, check == nameof(LeaseCheck.ByDatabaseAlone));

if (args is ["load", .. var load])
    return await RunLoadAsync(load);

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
var tallies = await Task.WhenAll(options.Databases.Select(postgres => Task.Run(() => SoakRun.RunAsync(options, postgres))));
Console.WriteLine($"\n{tallies.Sum(tally => tally.Passed)} passed, {tallies.Sum(tally => tally.Failed)} failed");
return tallies.Any(tally => tally.Failed > 0) ? 1 : 0;

static async Task<int> RunLoadAsync(string[] arguments)
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
        good &= await LoadRun.RunAsync(options, postgres);
    return good ? 0 : 1;
}
