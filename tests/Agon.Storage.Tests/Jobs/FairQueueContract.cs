using Agon.Domain.Accounts;
using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Jobs;

/// <summary>Whose turn it is, as the database has it.</summary>
public abstract class FairQueueContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    private Leaderboard board = null!;

    [ContractFact]
    public async Task A_single_job_goes_before_the_many_of_somebody_else_and_each_users_own_keep_their_order()
    {
        var (ada, bob) = await PrepareAsync();
        var many = new List<long>();
        for (var n = 0; n < 6; n++)
            many.Add(await TestAsync(ada));
        Assert.Equal(many[..2], await RunAsync(2));
        var single = await TestAsync(bob);

        Assert.Equal([single, .. many[2..]], await RunAsync(5));
    }

    [ContractFact]
    public async Task Who_hands_in_one_after_another_takes_turns_with_who_handed_in_many()
    {
        var (ada, bob) = await PrepareAsync();
        for (var n = 0; n < 10; n++)
            await TestAsync(ada);
        var turns = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            if (n % 2 == 0)
                await TestAsync(bob);
            turns.Add(await OwnerAsync((await RunAsync(1)).Single()) == bob.Id ? "bob" : "ada");
        }

        Assert.Equal(3, turns.Count(turn => turn == "bob"));
        Assert.Equal(3, turns.Count(turn => turn == "ada"));
    }

    [ContractFact]
    public async Task Ranked_jobs_and_tests_share_a_device_by_their_weights()
    {
        var (ada, bob) = await PrepareAsync();
        await Jobs.SetWeightsAsync(new QueueWeights(Test: 1, Ranked: 3), None);
        for (var n = 0; n < 8; n++)
        {
            await TestAsync(ada);
            await SubmitAsync(board, bob, SubmissionMode.Leaderboard);
        }

        await RunAsync(8);
        Assert.Equal(6, await RowAsync<long>("SELECT COUNT(*) FROM agon_job WHERE ranked AND state = 'done'"));
        Assert.Equal(2, await RowAsync<long>("SELECT COUNT(*) FROM agon_job WHERE NOT ranked AND state = 'done'"));
    }

    [ContractFact]
    public async Task A_public_job_goes_before_its_secret_one_and_a_retried_job_before_what_came_later()
    {
        var (ada, bob) = await PrepareAsync();
        var entry = (await SubmitAsync(board, ada, SubmissionMode.Leaderboard)).Id;
        var first = await ClaimAsync();
        Assert.Equal((entry, false), (first.SubmissionId, first.Secret));
        await Jobs.FailAttemptAsync(first, "the runner vanished", Now, None);
        await SubmitAsync(board, bob, SubmissionMode.Leaderboard, Now.AddSeconds(1));

        var again = await ClaimAsync(at: Now.AddMinutes(1));
        Assert.Equal((entry, false, 2), (again.SubmissionId, again.Secret, again.Attempt));
    }

    [ContractFact]
    public async Task Jobs_that_are_taken_back_before_their_turn_cost_nothing()
    {
        var (ada, bob) = await PrepareAsync();
        await TestAsync(bob);
        var withdrawn = new List<long>();
        for (var n = 0; n < 5; n++)
            withdrawn.Add(await TestAsync(ada));
        foreach (var id in withdrawn)
            await Submissions.DeleteAsync(id, None);
        await TestAsync(bob);
        var late = await TestAsync(ada);

        Assert.Equal(late, (await RunAsync(2))[1]);
    }

    [ContractFact]
    public async Task Who_takes_his_first_jobs_back_and_hands_others_in_keeps_nobody_waiting()
    {
        var (ada, bob) = await PrepareAsync();
        var waiting = new Queue<long>();
        for (var n = 0; n < 6; n++)
            waiting.Enqueue(await TestAsync(ada));
        for (var n = 0; n < 5; n++)
        {
            await Submissions.DeleteAsync(waiting.Dequeue(), None);
            waiting.Enqueue(await TestAsync(ada));
        }
        await RunAsync(1);
        var single = await TestAsync(bob);

        Assert.Contains(single, await RunAsync(2));
    }

    [ContractFact]
    public async Task A_secret_job_that_is_called_off_costs_nothing()
    {
        var (ada, _) = await PrepareAsync();
        await SubmitAsync(board, ada, SubmissionMode.Leaderboard);
        var failed = Some.Report(Now, ("test", false));
        Assert.True(await Jobs.CompleteAsync(await ClaimAsync(), failed, new JobOutcome(JobStatus.Failed, "no"), null, Now, None));
        var next = (await SubmitAsync(board, ada, SubmissionMode.Leaderboard)).Id;

        Assert.Equal(1, await RowAsync<long>("SELECT MIN(start_tag) FROM agon_job WHERE submission_id = @next", new { next }));
    }

    [ContractFact]
    public async Task The_place_counts_both_classes_and_the_wait_comes_from_measured_durations()
    {
        var (ada, bob) = await PrepareAsync();
        for (var n = 0; n < 4; n++)
        {
            await TestAsync(ada);
            var lease = await ClaimAsync();
            Assert.True(await Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now.AddSeconds(10), None));
        }
        for (var n = 0; n < 5; n++)
            await TestAsync(ada);
        var ranked = (await SubmitAsync(board, bob, SubmissionMode.Leaderboard)).Id;
        await ClaimAsync();
        var single = await TestAsync(bob);

        // A ranked job goes next, since tests have had four; then bob's test, which is in the first round.
        var place = (await Submissions.QueuePlaceAsync(single, Now, None))!;
        Assert.Equal(("CPU", 7), (place.Gpu, place.Of));
        Assert.True(place.Wait!.P50 > TimeSpan.FromSeconds(5) && place.Wait.P90 >= place.Wait.P50, $"{place}");
        Assert.Equal(0, (await Submissions.QueuePlaceAsync(ranked, Now, None))!.Ahead);
        Assert.Null((await Submissions.QueuePlaceAsync(single, Now.AddSeconds(1), None))!.Wait);
    }

    [ContractFact]
    public async Task While_a_tournament_holds_the_machine_no_slot_is_free_and_no_wait_is_told()
    {
        var (ada, bob) = await PrepareAsync();
        await TestAsync(ada);
        await RunAsync(1);
        await WriteAsync("UPDATE agon_device_slot SET held_by_run = '00000000-0000-0000-0000-000000000001'");
        var waits = await TestAsync(bob);

        Assert.Equal(new QueuePlace("CPU", Ahead: 0, Of: 1, Wait: null), await Submissions.QueuePlaceAsync(waits, Now, None));
        var queue = await Jobs.QueueAsync("CPU", Now, None);
        Assert.Equal((1, 0), (queue.Slots, queue.Free));
        var load = Assert.Single(await new JobObservations(Database).LoadsAsync(Now, None));
        Assert.Equal((1L, 1L), (load.Slots, load.Used));

        await WriteAsync("UPDATE agon_device_slot SET held_by_run = NULL");
        Assert.Equal(WaitEstimate.None, (await Submissions.QueuePlaceAsync(waits, Now, None))!.Wait);
        Assert.Equal(1, (await Jobs.QueueAsync("CPU", Now, None)).Free);
    }

    [ContractFact]
    public async Task The_place_is_the_number_of_claims_until_the_turn_comes()
    {
        var (ada, bob) = await PrepareAsync();
        var ids = new List<long>();
        for (var n = 0; n < 12; n++)
            ids.Add(n % 3 == 0 ? (await SubmitAsync(board, n % 2 == 0 ? ada : bob, SubmissionMode.Leaderboard)).Id : await TestAsync(n % 4 == 1 ? bob : ada));
        for (var taken = 0; taken < 16; taken++)
        {
            var places = new Dictionary<long, QueuePlace>();
            foreach (var id in ids)
            {
                if (await Submissions.QueuePlaceAsync(id, Now, None) is { } place)
                    places[id] = place;
            }
            var next = (await RunLeasesAsync(1)).Single();
            Assert.Equal(0, places[next.SubmissionId].Ahead);
            Assert.Single(places.Values, place => place.Ahead == 0);
        }
    }

    private async Task<(User Ada, User Bob)> PrepareAsync()
    {
        board = await LeaderboardAsync();
        await SlotsAsync(1);
        return (await UserAsync("ada"), await UserAsync("bob"));
    }

    private async Task<long> TestAsync(User user) => (await SubmitAsync(board, user, SubmissionMode.Test)).Id;

    private async Task<List<long>> RunAsync(int jobs) => [.. (await RunLeasesAsync(jobs)).Select(lease => lease.SubmissionId)];

    private async Task<List<JobLease>> RunLeasesAsync(int jobs)
    {
        var leases = new List<JobLease>();
        for (var n = 0; n < jobs; n++)
        {
            var lease = await ClaimAsync();
            leases.Add(lease);
            await Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now.AddSeconds(1), None);
        }
        return leases;
    }

    private Task<string?> OwnerAsync(long submission) => RowAsync<string>("SELECT user_id FROM submission WHERE id = @submission", new { submission });
}

public sealed class FairQueueOnSqlite() : FairQueueContract(OnSqlite);

[NeedsPostgres]
public sealed class FairQueueOnPostgres() : FairQueueContract(OnPostgres);
