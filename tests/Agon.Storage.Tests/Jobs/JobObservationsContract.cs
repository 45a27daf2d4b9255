using Agon.Domain.Submissions;
using Agon.Storage.Jobs;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Jobs;

/// <summary>What operators see of queues and devices.</summary>
public abstract class JobObservationsContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    private JobObservations Observations => new(Database);

    [ContractFact]
    public async Task A_device_shows_what_waits_since_when_and_what_is_in_use()
    {
        var (board, user) = (await LeaderboardAsync(gpus: ["CPU", "B200"]), await UserAsync());
        await SlotsAsync(2);
        await SubmitAsync(board, user, SubmissionMode.Test, Now.AddSeconds(-20));
        await SubmitAsync(board, user, SubmissionMode.Test, Now.AddSeconds(-10), code: "print(2)");
        await ClaimAsync();
        Assert.Equal(
            [new DeviceLoad("b200", 2, Now.AddSeconds(-20), 0, 0), new DeviceLoad("cpu", 1, Now.AddSeconds(-10), 2, 1)],
            await Observations.LoadsAsync(Now, None));
        Assert.Equal(new DeviceLoad("cpu", 1, Now.AddSeconds(-10), 0, 0), (await Observations.LoadsAsync(Now.AddSeconds(1), None))[^1]);
    }

    [ContractFact]
    public async Task A_device_that_no_machine_was_seen_to_offer_is_named()
    {
        await LeaderboardAsync(gpus: ["CPU", "B200"]);
        await SlotsAsync(1);
        Assert.Equal(["b200"], await Observations.UnservedDevicesAsync(Now, Now, None));
        Assert.Equal(["b200", "cpu"], await Observations.UnservedDevicesAsync(Now, Now.AddSeconds(1), None));
        await WriteAsync("UPDATE leaderboard SET deadline = @Now", new { Now });
        Assert.Empty(await Observations.UnservedDevicesAsync(Now, Now, None));
    }

    [ContractFact]
    public async Task A_job_keeps_the_trace_in_which_it_was_accepted()
    {
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var board = await LeaderboardAsync();
        var submission = new NewSubmission(board, (await UserAsync()).Id, "a.py", "x", SubmissionMode.Leaderboard, board.Gpus) { Trace = trace };
        await Submissions.AcceptAsync(submission, Now, None);
        await SlotsAsync(2);
        for (var job = 0; job < 2; job++)
            Assert.Equal(new JobOrigin { Trace = trace, CreatedAt = Now }, await Observations.OriginAsync((await ClaimAsync()).JobId, None));
        Assert.Null(await Observations.OriginAsync(99, None));
    }
}

public sealed class JobObservationsOnSqlite() : JobObservationsContract(OnSqlite);

[NeedsPostgres]
public sealed class JobObservationsOnPostgres() : JobObservationsContract(OnPostgres);
