namespace Agon.Domain.Submissions;

/// <summary>What a participant asks for (contract section 2.2). The secret run is never asked for, it follows.</summary>
public enum SubmissionMode
{
    Test,
    Benchmark,
    Profile,
    Leaderboard,
}
