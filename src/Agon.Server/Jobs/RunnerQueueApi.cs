using Agon.Contracts.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Devices;
using Agon.Storage.Leaderboards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

internal static class RunnerQueueApi
{
    public static void MapRunnerQueue(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runner_queue/{gpu}", QueueAsync).For(Access.Everybody);

    // A device is known that some leaderboard or this machine names; the answer spells it as they do.
    private static async Task<Ok<RunnerQueueView>> QueueAsync(
        string gpu, LeaderboardStore leaderboards, IOptions<DeviceOptions> devices, RunnerQueues queues, CancellationToken cancellationToken)
    {
        var boards = await leaderboards.ListAsync(cancellationToken);
        var name = boards.Where(board => board.IsPublic).SelectMany(board => board.Gpus)
            .Concat(devices.Value.Devices.Keys)
            .FirstOrDefault(known => known.Equals(gpu, StringComparison.OrdinalIgnoreCase));
        return TypedResults.Ok(name is null ? RunnerQueues.Unknown(gpu) : await queues.OfAsync(name, cancellationToken));
    }
}
