using System.Collections.Immutable;
using Agon.Contracts.Runs;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Launchers.Tests.Local;

internal static class Some
{
    /// <summary>The time of a runner whose caller never falls silent.</summary>
    public static TimeSpan Forever() => TimeSpan.FromHours(1);

    /// <summary>A job whose harness is <paramref name="eval"/>; any machine's sandbox is good enough for it.</summary>
    public static JobDocument Job(string eval = "", string submission = "", long? seed = null, int limitSeconds = 30) => JobDocument.From(new EvaluationJob
    {
        Task = new TaskDefinition
        {
            Lang = "py",
            Config = new TaskConfig.Python("eval.py"),
            Files = ImmutableSortedDictionary<string, string>.Empty
                .Add("eval.py", eval)
                .Add("submission.py", TaskDefinition.SubmissionMarker),
            TestTimeoutSeconds = limitSeconds,
            Agon = new AgonSettings { MinIsolation = IsolationLevel.None },
        },
        Submission = submission,
        Mode = EvaluationMode.Test,
        Seed = seed,
        Gpu = "CPU",
        Device = new DeviceSettings { TrustAllSubmitters = true },
    });
}
