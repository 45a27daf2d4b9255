using Agon.Cli;

return await CommandLine.InvokeAsync(args, Shell.OfThisProcess(), CancellationToken.None);
