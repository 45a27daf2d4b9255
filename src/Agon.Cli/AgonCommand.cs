using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Agon.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class AgonCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The usual help, then the command's examples, or for a group those of its commands.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var result = usual.Invoke(parseResult);
        var examples = ExamplesOf(parseResult.CommandResult.Command).ToList();
        if (examples.Count > 0)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        return result;
    }

    private static IEnumerable<string> ExamplesOf(Command command) => command is AgonCommand { Examples: { Count: > 0 } own }
        ? own
        : command.Subcommands.SelectMany(child => ExamplesOf(child).Take(1));
}
