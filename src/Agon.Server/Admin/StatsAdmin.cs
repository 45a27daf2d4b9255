using System.Xml;
using Agon.Contracts.Admin;
using Agon.Server.Http;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>How much was submitted and run, and how long it waited (contract section 2.5).</summary>
internal static class StatsAdmin
{
    public static void MapStats(this IEndpointRouteBuilder admin) =>
        admin.MapGet("/stats", StatsAsync).Asks(new("last_day_only", false), new("leaderboard_name", false)).Refuses(422);

    private static async Task<Results<Ok<StatsView>, Unreadable>> StatsAsync(
        HttpRequest request, StatsStore stats, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!Flag.TryQuery(request, "last_day_only", out var lastDay))
            return Flag.Unreadable("last_day_only");
        var leaderboard = request.Query["leaderboard_name"].ToString() is { Length: > 0 } name ? name : null;
        var since = lastDay ? clock.GetUtcNow().AddDays(-1) : (DateTimeOffset?)null;
        return TypedResults.Ok(new StatsView { Stats = View(await stats.OfAsync(leaderboard, since, cancellationToken)) });
    }

    private static Dictionary<string, object> View(Stats stats)
    {
        var view = new Dictionary<string, object>
        {
            ["num_submissions"] = stats.Submissions,
            ["sub_waiting"] = stats.Waiting,
            ["num_users"] = stats.Users,
        };
        foreach (var runner in stats.Runners)
        {
            view[$"num_run.{runner.Runner}"] = runner.Runs;
            view[$"runs_passed.{runner.Runner}"] = runner.Passed;
            view[$"runs_scored.{runner.Runner}"] = runner.Scored;
            view[$"runs_secret.{runner.Runner}"] = runner.Secret;
            view[$"max_delay.{runner.Runner}"] = Duration(runner.MaxDelaySeconds);
            view[$"avg_delay.{runner.Runner}"] = Duration(runner.AvgDelaySeconds);
            view[$"total_runtime.{runner.Runner}"] = Duration(runner.RuntimeSeconds);
        }
        if (stats.UniqueCodes is { } codes)
            view["num_unique_codes"] = codes;
        foreach (var user in stats.HeaviestUsers)
            view[$"total.{user.UserId}"] = Duration(user.Seconds);
        return view;
    }

    private static string Duration(double seconds) => XmlConvert.ToString(TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)));
}
