using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Server.Pages;

namespace Agon.Server.Leaderboards;

/// <summary>What stands behind every score that a page shows: what it is worth.</summary>
internal static class ScoreLabels
{
    /// <param name="board">The contest.</param>
    /// <param name="entry">Whose score it is.</param>
    /// <param name="page">Where the labels are explained; nothing where that is the same page.</param>
    public static Html Of(Leaderboard board, RankedEntry entry, string page = "") => Html.Join([
        board.Task.Trust == Trust.SelfReported ? Html.Of($" <a class=\"label\" href=\"{page}#self-reported\">self-reported</a>") : default,
        entry.Unsandboxed ? Html.Of($" <a class=\"label\" href=\"{page}#unsandboxed\">UNSANDBOXED</a>") : default,
    ]);

    /// <summary>The address of a leaderboard's page.</summary>
    public static string PageOf(Leaderboard board) => $"/board/{Uri.EscapeDataString(board.Name)}";
}
