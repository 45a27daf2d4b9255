using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Data.Common;
using System.Text.RegularExpressions;
using Agon.Cli.Accounts;
using Agon.Cli.Baselines;
using Agon.Cli.Datasets;
using Agon.Cli.Demo;
using Agon.Cli.Doctor;
using Agon.Cli.Judging;
using Agon.Cli.Leaderboards;
using Agon.Cli.Problems;
using Agon.Cli.Servers;
using Agon.Cli.Storage;
using Agon.Cli.Submissions;
using Agon.Cli.Tournaments;
using Agon.Contracts.Tournaments;
using Agon.Evaluation.Datasets;
using Agon.Storage.Accounts;

namespace Agon.Cli;

/// <summary>The whole command line: which commands there are, and how every failure is told.</summary>
internal static partial class CommandLine
{
    // A server that is asked to stop lets its jobs end first, or hands them back; its settings bound how long that takes.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromHours(1);

    public static RootCommand Create(Shell shell)
    {
        var root = new RootCommand("Agon: competitions for code that must be right and fast.")
        {
            DemoCommand.Create(shell),
            EvalCommand.Create(),
            SubmitCommand.Create(shell),
            SubmissionCommands.Create(shell),
            LeaderboardCommands.Create(shell),
            JoinCommand.Create(shell),
            ServerCommands.Serve(shell),
            ServerCommands.Worker(shell),
            TaskCommands.Create(shell),
            ProblemCommands.Create(shell),
            TournamentCommands.Create(shell),
            BaselineCommands.Create(shell),
            DatasetCommands.Create(shell),
            UserCommands.Create(shell),
            InviteCommands.Create(shell),
            IntakeCommands.Create(shell),
            DatabaseCommands.Create(shell),
            DoctorCommand.Create(shell),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Runs one command line and gives its exit code (<see cref="ExitCode"/>); throws nothing.</summary>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> arguments, Shell shell, CancellationToken cancellationToken)
    {
        // "@name" is a file name here, not a file of arguments.
        var parsed = Create(shell).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return Tell(shell, ExitCode.Usage, $"{Sentence(parsed)}; see '{PathOf(parsed)} --help'");

        var configuration = new InvocationConfiguration
        {
            Output = shell.Output,
            Error = shell.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeToEnd,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
#pragma warning disable CA1031 // The outermost edge: whatever happened, its caller gets one line.
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (shell.Variable("AGON_DEBUG") == "1")
                shell.Say(error.ToString());
            return Explain(error) is var (code, message) ? Tell(shell, code, message) : ExitCode.Platform;
        }
    }

    private static (int Code, string Message) Explain(Exception error) => error switch
    {
        CommandFailure failure => (failure.ExitCode, failure.Message),
        OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
        TournamentFileException file => (ExitCode.Refused, file.Message),
        DatasetPlaceException away => (ExitCode.Platform, away.Message),
        DatasetFileException file => (ExitCode.Refused, file.Message),
        NameTakenException taken => (ExitCode.Refused, $"{taken.Message}; choose another"),
        DbException => (ExitCode.Platform, $"the database failed: {error.Message}"),
        IOException or UnauthorizedAccessException => (ExitCode.Refused, error.Message),
        _ => (ExitCode.Platform, $"unexpected {error.GetType().Name}: {error.Message}; AGON_DEBUG=1 shows where"),
    };

    private static int Tell(Shell shell, int code, string message)
    {
        shell.Say($"agon: {message.ReplaceLineEndings(" ").Trim()}");
        return code;
    }

    // The parser would name a type of .NET; options that are neither text nor a flag are numbers.
    private static string Sentence(ParseResult parsed) => WrongKind().Match(parsed.Errors[0].Message) is { Success: true } wrong
        ? $"{wrong.Groups["option"]} is '{wrong.Groups["value"]}'; it must be a whole number"
        : parsed.Errors[0].Message.TrimEnd('.');

    private static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, command.Command is RootCommand ? "agon" : command.Command.Name);
        return string.Join(' ', names);
    }

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for option '(?<option>.*)' as expected type '.*Int", RegexOptions.Singleline)]
    private static partial Regex WrongKind();
}
