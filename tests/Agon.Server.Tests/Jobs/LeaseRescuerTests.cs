using Agon.Domain.Jobs;
using Agon.Server.Jobs;
using Agon.Server.Tests.World;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tests.Jobs;

public class LeaseRescuerTests
{
    [Fact]
    public async Task Each_job_that_is_taken_back_is_named_in_the_log_and_one_that_has_failed_for_good_as_such()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var id = await world.SubmitAsync((await world.AddUserAsync()).User, board);
        await world.ConnectHandAsync();
        var ear = new ErrorEar();
        using var log = LoggerFactory.Create(to => to.AddProvider(ear));
        using var rescuer = new LeaseRescuer(
            world.Jobs, new FutureRows(world.Database), new News(), new DatabaseOutage(world.Clock, NullLogger<DatabaseOutage>.Instance), world.Clock,
            Options.Create(new JobOptions()), new Logger<LeaseRescuer>(log));

        JobLease lease = null!;
        for (var attempt = 1; attempt <= JobRules.MaxAttempts; attempt++)
        {
            var now = world.Clock.GetUtcNow();
            lease = (await world.Jobs.ClaimAsync("w", "hand", now, now.AddMinutes(1), CancellationToken.None))!;
            world.Clock.Move(TimeSpan.FromMinutes(2));
            await rescuer.RescueAsync(CancellationToken.None);
            world.Clock.Move(TimeSpan.FromMinutes(10));   // beyond the wait before the next attempt
        }

        Assert.Equal(
            [
                $"Job {lease.JobId} of submission {id} is queued again: its worker fell silent in attempt 1, on machine hand (w)",
                $"Job {lease.JobId} of submission {id} is queued again: its worker fell silent in attempt 2, on machine hand (w)",
                $"Job {lease.JobId} of submission {id} has failed for good by the platform's fault: its worker fell silent in attempt 3, too, on machine hand (w)",
            ],
            ear.Heard.Select(line => line.Trim()));
    }
}
