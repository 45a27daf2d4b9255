namespace Agon.Runner;

/// <summary>The few words that the runner understands; a command-line library would double its start-up time.</summary>
internal abstract record RunnerArguments
{
    public const string Usage = """
        agon-runner [--job FILE] [--report FILE]

        Judges one entry. The job is one line of JSON on standard input, which then has to
        stay open: its end tells that the caller is gone, and ends the entry. Each further line
        is a number: how many milliseconds there are left unless another one comes. The job may come long
        after the start: {"runner": "ready", ...} says that it is awaited, and what the sandbox
        holds; {"runner": "started"} that it was read. Progress and, as the last line, the report are JSON lines on
        standard output.

          --job FILE      take the job from a file; standard input is not looked at
          --report FILE   write the report to a file as well, complete or not at all

        Exit codes
          0   there is a report, whatever it says of the entry
          1   wrong arguments, or the job cannot be read
          2   the machine failed, or its sandbox is too weak: try again, here or elsewhere
          3   the caller is gone, or SIGTERM or SIGINT came; nothing of the entry is left

        With 1 (job) and 2 the last line is {"fault": "..."}.

        Example
          agon-runner --job job.json --report report.json
        """;

    private RunnerArguments()
    {
    }

    public sealed record Run(string? JobFile, string? ReportFile) : RunnerArguments;

    public sealed record Help : RunnerArguments;

    public sealed record Wrong(string Reason) : RunnerArguments;

    public static RunnerArguments Parse(string[] arguments)
    {
        var run = new Run(JobFile: null, ReportFile: null);
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--help" or "-h": return new Help();
                case "--job" when value is not null: run = run with { JobFile = value }; break;
                case "--report" when value is not null: run = run with { ReportFile = value }; break;
                case "--job" or "--report": return new Wrong($"{arguments[i]} needs a file");
                default: return new Wrong($"'{arguments[i]}' is not an option");
            }
        }
        return run;
    }
}

/// <summary>Exit codes of the runner.</summary>
internal static class RunnerExit
{
    public const int Reported = 0;
    public const int BadJob = 1;
    public const int Fault = 2;
    public const int CallerGone = 3;
}
