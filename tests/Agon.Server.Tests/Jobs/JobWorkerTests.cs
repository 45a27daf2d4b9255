using Agon.Domain.Submissions;
using Agon.Server.Jobs;
using Agon.Server.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agon.Server.Tests.Jobs;

/// <summary>One worker, called by hand: its host is built and never started.</summary>
public class JobWorkerTests
{
    [Fact]
    public async Task A_job_goes_from_the_queue_to_its_result() => await InWorldAsync("x = 1", async (world, worker, id) =>
    {
        await RunNextAsync(worker);
        var submission = (await world.Submissions.FindAsync(id, CancellationToken.None))!;
        Assert.Equal((true, "succeeded", null), (submission.Done, submission.JobStatus, submission.JobError));
        Assert.Equal(["queued", "phase", "log", "phase", "result", "done"], await KindsAsync(world, id));
        Assert.True(Assert.Single(await world.Submissions.RunsAsync(id, CancellationToken.None)).Passed);
        Assert.Null(await worker.ClaimAsync("w"));
    });

    [Fact]
    public async Task An_entry_that_is_wrong_fails_without_another_try() => await InWorldAsync("WRONG", async (world, worker, id) =>
    {
        await RunNextAsync(worker);
        var submission = (await world.Submissions.FindAsync(id, CancellationToken.None))!;
        Assert.Equal((true, "failed", "the tests failed on CPU"), (submission.Done, submission.JobStatus, submission.JobError));
    });

    [Fact]
    public async Task Of_a_secret_job_only_its_start_is_told() => await InWorldAsync("x = 1", async (world, worker, id) =>
    {
        await RunNextAsync(worker);
        var before = (await EventsAsync(world, id)).Count;
        await RunNextAsync(worker);
        var told = (await EventsAsync(world, id)).Skip(before).ToList();
        Assert.Equal(["phase", "done"], told.Select(happened => happened.Kind));
        Assert.Equal("""{"gpu":"CPU","phase":"secret","state":"started","attempt":1}""", told[0].Data);
        Assert.DoesNotContain(await EventsAsync(world, id), happened => happened.Data.Contains("private", StringComparison.Ordinal));
        Assert.Equal(0.004m, (await world.Submissions.RunsAsync(id, CancellationToken.None)).Single(run => run is { Secret: true, Mode: "leaderboard" }).Score);
    }, SubmissionMode.Leaderboard);

    [Theory]
    [InlineData("DIE", "the runner ended without a report (exit code 7)")]
    [InlineData("FAULT", "the disk is full")]
    public async Task A_job_whose_runner_fails_is_tried_three_times(string code, string reason) => await InWorldAsync(code, async (world, worker, id) =>
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.False((await world.Submissions.FindAsync(id, CancellationToken.None))!.Done);
            var held = (await worker.ClaimAsync("w"))!;
            Assert.Equal(attempt, held.Lease.Attempt);
            await worker.RunAsync(held, CancellationToken.None);
            Assert.Null(await worker.ClaimAsync("w"));   // it waits a moment between attempts
            world.Clock.Move(TimeSpan.FromMinutes(1));
        }
        var submission = (await world.Submissions.FindAsync(id, CancellationToken.None))!;
        Assert.Equal((true, "failed"), (submission.Done, submission.JobStatus));
        Assert.Contains("the platform failed 3 times", submission.JobError);
        Assert.Contains(reason, submission.JobError);
        Assert.Null(await worker.ClaimAsync("w"));
    });

    [Fact]
    public async Task What_a_failed_secret_runner_said_stays_here() => await InWorldAsync("DIE-SECRETLY", async (world, worker, id) =>
    {
        await RunNextAsync(worker);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await RunNextAsync(worker);
            world.Clock.Move(TimeSpan.FromMinutes(1));
        }
        var submission = (await world.Submissions.FindAsync(id, CancellationToken.None))!;
        Assert.Contains("the secret run did not come back", submission.JobError);
        Assert.DoesNotContain(await EventsAsync(world, id), happened => happened.Data.Contains("last words", StringComparison.Ordinal));
    }, SubmissionMode.Leaderboard);

    [Fact]
    public async Task An_entry_that_is_deleted_while_it_runs_is_no_lost_lease() => await InWorldAsync("HANG", async (world, worker, id, ear) =>
    {
        var running = worker.RunAsync((await worker.ClaimAsync("w"))!, CancellationToken.None);
        await Eventually.IsAsync(async () => (await KindsAsync(world, id)).Contains("phase"));
        Assert.True(await world.Submissions.DeleteAsync(id, CancellationToken.None));
        await running;
        Assert.Empty(ear.Heard);
    });

    [Fact]
    public async Task A_worker_that_lost_its_lease_ends_its_runner_and_writes_nothing() => await InWorldAsync("HANG", async (world, worker, id, ear) =>
    {
        var held = (await worker.ClaimAsync("w"))!;
        var running = worker.RunAsync(held, CancellationToken.None);
        await Eventually.IsAsync(async () => (await KindsAsync(world, id)).Contains("phase"));

        // Long after the lease: somebody else takes the job back, and somebody else runs it.
        var later = held.Until + TimeSpan.FromHours(1);
        Assert.Single(await world.Jobs.RescueAsync(later, CancellationToken.None).ToListAsync());
        var events = (await EventsAsync(world, id)).Count;
        var other = (await world.Jobs.ClaimAsync("other", "one", later + TimeSpan.FromMinutes(1), later + TimeSpan.FromHours(1), CancellationToken.None))!;
        Assert.Equal(2, other.Attempt);
        await running;

        Assert.Contains(ear.Heard, line => line.StartsWith($"The lease of job {held.Lease.JobId} of submission {id}, attempt 1, is lost", StringComparison.Ordinal));
        Assert.Equal(events, (await EventsAsync(world, id)).Count);
        Assert.Empty(await world.Submissions.RunsAsync(id, CancellationToken.None));
        Assert.True(await world.Jobs.RenewAsync(other, later + TimeSpan.FromMinutes(2), later + TimeSpan.FromHours(2), CancellationToken.None));
    });

    [Fact]
    public async Task A_worker_that_is_stopped_hands_its_job_back_unharmed() => await InWorldAsync("HANG", async (world, worker, id) =>
    {
        using var stopping = new CancellationTokenSource();
        var held = (await worker.ClaimAsync("w"))!;
        var running = worker.RunAsync(held, stopping.Token);
        await Eventually.IsAsync(async () => (await KindsAsync(world, id)).Contains("phase"));
        await stopping.CancelAsync();
        await running;

        Assert.Equal("pending", (await world.Submissions.FindAsync(id, CancellationToken.None))!.JobStatus);
        Assert.Equal(1, (await worker.ClaimAsync("w"))!.Lease.Attempt);
    });

    [Fact]
    public async Task A_job_that_runs_longer_than_its_lease_keeps_it() => await InWorldAsync("HANG", async (world, worker, id) =>
    {
        using var stopping = new CancellationTokenSource();
        var held = (await worker.ClaimAsync("w"))!;
        var running = worker.RunAsync(held, stopping.Token);
        await Eventually.IsAsync(() => Task.FromResult(world.Clock.GetUtcNow() > held.Until + TimeSpan.FromSeconds(0.5)));
        Assert.Empty(await world.Jobs.RescueAsync(world.Clock.GetUtcNow(), CancellationToken.None).ToListAsync());
        Assert.False(running.IsCompleted);
        await stopping.CancelAsync();
        await running;
    });

    [Fact]
    public async Task A_database_that_is_away_for_a_moment_costs_no_attempt() => await InWorldAsync("x = 1", async (world, worker, id) =>
    {
        var held = (await worker.ClaimAsync("w"))!;
        await world.BreakAsync();
        var running = worker.RunAsync(held, CancellationToken.None);
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System));
        Assert.False(running.IsCompleted);
        await world.MendAsync();
        await running;
        Assert.Equal("succeeded", (await world.Submissions.FindAsync(id, CancellationToken.None))!.JobStatus);
        Assert.All((await EventsAsync(world, id)).Where(happened => happened.Kind == EventKind.Phase), phase => Assert.Contains("\"attempt\":1", phase.Data));
    });

    [Fact]
    public async Task A_runner_that_talks_without_end_is_heard_so_far() => await InWorldAsync("CHATTER", async (world, worker, id) =>
    {
        await RunNextAsync(worker);
        var logs = (await EventsAsync(world, id)).Where(happened => happened.Kind == EventKind.Log).ToList();
        Assert.Equal(ProgressRecorder.MostLines + 1, logs.Count);
        Assert.Contains("line 0", logs[0].Data);
        Assert.Contains("left out", logs[^1].Data);
        Assert.True((await world.Submissions.FindAsync(id, CancellationToken.None))!.Done);
    });

    private static Task InWorldAsync(string code, Func<TestWorld, JobWorker, long, Task> test, SubmissionMode mode = SubmissionMode.Test) =>
        InWorldAsync(code, (world, worker, id, _) => test(world, worker, id), mode);

    private static async Task InWorldAsync(string code, Func<TestWorld, JobWorker, long, ErrorEar, Task> test, SubmissionMode mode = SubmissionMode.Test)
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        await world.Jobs.EnsureSlotsAsync("one", new Dictionary<string, int> { ["CPU"] = 1 }, TestWorld.Now, CancellationToken.None);
        var id = await world.SubmitAsync(ada, board, code, mode);
        // A claim is given up after a heartbeat's time, which a busy machine must not need.
        var patient = new Dictionary<string, string?>(TestWorld.Workers) { ["Jobs:Lease"] = "00:00:08", ["Jobs:HeartbeatEvery"] = "00:00:02" };
        var around = TestWorld.Around(patient, world.Clock);
        using IHost host = AgonWorker.Build(world.ServerSettings, around with { Settings = ErrorEar.Heeded(around.Settings) });
        await test(world, host.Services.GetRequiredService<JobWorker>(), id, ErrorEar.At(host.Services));
    }

    private static async Task RunNextAsync(JobWorker worker) =>
        await worker.RunAsync((await worker.ClaimAsync("w"))!, CancellationToken.None);

    private static Task<IReadOnlyList<SubmissionEvent>> EventsAsync(TestWorld world, long id) =>
        world.Submissions.EventsAsync(id, 0, 10_000, CancellationToken.None);

    private static async Task<IEnumerable<string>> KindsAsync(TestWorld world, long id) =>
        (await EventsAsync(world, id)).Select(happened => happened.Kind);
}
