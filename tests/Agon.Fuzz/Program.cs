using Agon.Fuzz;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(FuzzOptions.Usage);
    return 0;
}
if (FuzzOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("agon-fuzz: the command line is wrong; see agon-fuzz --help");
    return 2;
}
return await FuzzRun.RunAsync(options) ? 0 : 1;
