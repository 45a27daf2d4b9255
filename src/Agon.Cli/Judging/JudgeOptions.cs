using System.CommandLine;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Cli.Judging;

/// <summary>What the commands that judge here and now let their caller choose.</summary>
internal sealed class JudgeOptions
{
    private readonly Option<string?> gpu = new("--gpu") { Description = "Name of the device in the report. Default: the task's first", HelpName = "NAME" };
    private readonly Option<string?> interpreter = new("--interpreter")
    {
        Description = "Absolute path of the Python to use. Default: /usr/bin/python3, else the one on the PATH",
        HelpName = "PATH",
    };

    private readonly Option<bool> trust = new("--i-trust-all-submitters") { Description = "Run even where no sandbox can be built: an entry can then do what you can" };

    public void AddTo(Command command)
    {
        command.Options.Add(gpu);
        command.Options.Add(interpreter);
        command.Options.Add(trust);
    }

    /// <summary>A job on this machine; entry, mode and seed are for the caller to say.</summary>
    /// <remarks>The task's min_isolation says who may be ranked, not who may try at home.</remarks>
    public EvaluationJob Job(ParseResult parsed, TaskDefinition task) => new()
    {
        Task = task with { Agon = task.Agon with { MinIsolation = IsolationLevel.None } },
        Submission = "",
        Mode = EvaluationMode.Test,
        Gpu = parsed.GetValue(gpu) ?? task.Gpus.FirstOrDefault("CPU"),
        Device = new DeviceSettings { Interpreter = parsed.GetValue(interpreter), TrustAllSubmitters = parsed.GetValue(trust) },
    };
}
