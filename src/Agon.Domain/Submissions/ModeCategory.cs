namespace Agon.Domain.Submissions;

/// <summary>How modes are counted for rate limits (contract section 5): the words of <c>mode_category</c>.</summary>
public static class ModeCategory
{
    /// <summary>Every mode that does not rank.</summary>
    public const string Test = "test";

    public const string Leaderboard = "leaderboard";

    public static IReadOnlyList<string> All { get; } = [Test, Leaderboard];

    public static string Of(SubmissionMode mode) => mode == SubmissionMode.Leaderboard ? Leaderboard : Test;
}
