using System.Collections.Immutable;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Leaderboards;

public abstract class LeaderboardStoreContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    [ContractFact]
    public async Task A_leaderboard_comes_back_as_it_was_saved()
    {
        var wanted = Some.Leaderboard("Sums", Rich, "H100", "CPU", "A100");
        Assert.Equal(SaveOutcome.Created, await Leaderboards.SaveAsync(wanted, None));

        var stored = (await Leaderboards.FindAsync("Sums", None))!;
        Assert.Equal(("Sums", wanted.Deadline, "public"), (stored.Name, stored.Deadline, stored.Visibility));
        Assert.Equal<string>(["H100", "CPU", "A100"], stored.Gpus);
        Assert.Equal(Rich.Files, stored.Task.Files);
        Assert.Equal(Rich.Templates, stored.Task.Templates);
        Assert.Equal(Rich.Tests.Select(test => test.Line), stored.Task.Tests.Select(test => test.Line));
        Assert.Equal<Case>(Rich.Tests, stored.Task.Tests);
        Assert.Equal((Rich.Description, Rich.RankingBy, Rich.ScoreAscending, Rich.Seed, Rich.Agon),
            (stored.Task.Description, stored.Task.RankingBy, stored.Task.ScoreAscending, stored.Task.Seed, stored.Task.Agon));
        Assert.InRange(stored.SecretSeed, 0, int.MaxValue);
    }

    [ContractFact]
    public async Task What_an_entry_has_to_know_is_of_the_moment_and_of_the_leaderboard_as_it_is_found()
    {
        Assert.Null(await Leaderboards.FindForIntakeAsync("Sums", None));
        await Leaderboards.SaveAsync(Some.Leaderboard("Sums", Rich, "H100", "CPU", "A100"), None);
        var (board, isOpen) = (await Leaderboards.FindForIntakeAsync("sUMS", None))!.Value;
        var found = (await Leaderboards.FindAsync("Sums", None))!;
        Assert.True(isOpen);
        Assert.Equal<string>(["H100", "CPU", "A100"], board.Gpus);
        Assert.Equal((found.Id, found.Name, found.Deadline, found.Visibility, found.SecretSeed), (board.Id, board.Name, board.Deadline, board.Visibility, board.SecretSeed));
        Assert.Equal((found.Task.Lang, found.Task.RankingBy), (board.Task.Lang, board.Task.RankingBy));

        await Leaderboards.SetVisibilityAsync("Sums", "closed", None);
        await new IntakeStore(Database).SetAsync(false, Now, None);
        (board, isOpen) = (await Leaderboards.FindForIntakeAsync("Sums", None))!.Value;
        Assert.False(isOpen);
        Assert.False(board.IsPublic);
    }

    [ContractFact]
    public async Task A_name_that_must_be_new_is_refused_where_a_leaderboard_has_it_in_any_case()
    {
        Assert.True(await Leaderboards.TryCreateAsync(Some.Leaderboard("Sums", gpus: ["H100", "h100"]), None));
        Assert.False(await Leaderboards.TryCreateAsync(Some.Leaderboard("sums", gpus: "A100"), None));

        var stored = Assert.Single(await Leaderboards.ListAsync(None));
        Assert.Equal(("Sums", "H100"), (stored.Name, Assert.Single(stored.Gpus)));
    }

    [ContractFact]
    public async Task Saving_the_same_again_changes_nothing()
    {
        await Leaderboards.SaveAsync(Some.Leaderboard("sums", Rich), None);
        Assert.Equal(SaveOutcome.Unchanged, await Leaderboards.SaveAsync(Some.Leaderboard("sums", Rich), None));
    }

    [ContractFact]
    public async Task Every_part_can_be_brought_up_to_date_and_the_secret_seed_stays()
    {
        var first = Some.Leaderboard();
        await Leaderboards.SaveAsync(first, None);
        var seed = (await Leaderboards.FindAsync("sums", None))!.SecretSeed;
        NewLeaderboard[] changes =
        [
            first with { Deadline = first.Deadline.AddDays(1) },
            first with { Gpus = ["CPU", "H100"] },
            first with { Gpus = ["H100", "CPU"] },
            first with { Visibility = "closed" },
            first with { Task = first.Task with { Description = "other" } },
            first with { Task = first.Task with { Templates = first.Task.Templates.SetItem("Python", "other") } },
            first with { Task = first.Task with { Agon = new AgonSettings { MinIsolation = IsolationLevel.Strong } } },
            first with { Task = first.Task with { TestTimeoutSeconds = 5 } },
            first with { Task = first.Task with { Benchmarks = [] } },
        ];

        foreach (var change in changes)
        {
            Assert.Equal(SaveOutcome.Updated, await Leaderboards.SaveAsync(change, None));
            Assert.Equal(SaveOutcome.Unchanged, await Leaderboards.SaveAsync(change, None));
        }
        var stored = (await Leaderboards.FindAsync("sums", None))!;
        Assert.Equal(seed, stored.SecretSeed);
        Assert.Equal<string>(["CPU"], stored.Gpus);
        Assert.Single(stored.Task.Templates);
    }

    [ContractFact]
    public async Task A_name_is_found_in_any_case_and_the_exact_one_first()
    {
        await Leaderboards.SaveAsync(Some.Leaderboard("Sums"), None);
        Assert.Equal("Sums", (await Leaderboards.FindAsync("sUMS", None))!.Name);
        Assert.Equal(SaveOutcome.Unchanged, await Leaderboards.SaveAsync(Some.Leaderboard("sums"), None));

        // Another system tells the two apart.
        await WriteAsync("INSERT INTO leaderboard (name, deadline, task, secret_seed) SELECT 'sums', deadline, task, 1 FROM leaderboard");
        Assert.Equal("sums", (await Leaderboards.FindAsync("sums", None))!.Name);
        Assert.Equal("Sums", (await Leaderboards.FindAsync("Sums", None))!.Name);
        Assert.Null(await Leaderboards.FindAsync("sum", None));
        Assert.Equal(["Sums", "sums"], (await Leaderboards.ListAsync(None)).Select(leaderboard => leaderboard.Name));
    }

    [ContractFact]
    public async Task Of_many_that_create_one_name_at_once_one_does()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Leaderboards.SaveAsync(Some.Leaderboard(), None))));

        Assert.Single(outcomes, SaveOutcome.Created);
        Assert.Single(await Leaderboards.ListAsync(None));
    }

    [ContractFact]
    public async Task Secret_seeds_differ()
    {
        for (var n = 0; n < 5; n++)
            await Leaderboards.SaveAsync(Some.Leaderboard($"board-{n}"), None);

        Assert.Equal(5, (await Leaderboards.ListAsync(None)).Select(leaderboard => leaderboard.SecretSeed).Distinct().Count());
    }

    [ContractFact]
    public async Task A_foreign_leaderboard_that_cannot_be_read_does_not_hide_the_others()
    {
        await Leaderboards.SaveAsync(Some.Leaderboard(), None);
        await WriteAsync($$"""
            INSERT INTO leaderboard (name, deadline, task, secret_seed)
            SELECT 'model', deadline, {{Database.Dialect.Json("@task")}}, 1 FROM leaderboard
            """, new { task = """{"lang": "model", "files": {}, "config": {"model_name": "m"}}""" });

        Assert.Equal("sums", Assert.Single(await Leaderboards.ListAsync(None)).Name);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Leaderboards.FindAsync("model", None));
        Assert.Contains("model", error.Message);
    }

    /// <summary>A task with every shape of argument, whose numbers jsonb would like to write in its own way.</summary>
    private static TaskDefinition Rich { get; } = Some.Task with
    {
        Files = Some.Task.Files.Add("notes.md", "ünïcödé, \"quotes\", \\u0041 and \ud83d\ude00\r\n"),
        RankingBy = RankingBy.Geom,
        ScoreAscending = false,
        Tests =
        [
            new Case(new Dictionary<string, CaseValue>
            {
                ["distribution"] = new CaseValue.Text("it's \"normal\""),
                ["m"] = new CaseValue.List([Some.Whole(1), new CaseValue.Real(2), new CaseValue.Text("x")]),
                ["bias"] = new CaseValue.Boolean(true),
                ["none"] = new CaseValue.Nothing(),
                ["rate"] = new CaseValue.Real(1e-7),
                ["large"] = new CaseValue.Real(1e16),
                ["huge"] = new CaseValue.Real(1.5e300),
                ["one"] = new CaseValue.Real(1),
                ["big"] = Some.Whole(System.Numerics.BigInteger.Pow(10, 30)),
            }),
        ],
        Templates = ImmutableSortedDictionary<string, string>.Empty.Add("Python", "a = 1").Add("CUDA", "int a;"),
    };

    [ContractFact]
    public async Task A_leaderboard_with_submissions_is_deleted_only_by_force_and_with_all_that_is_its_own()
    {
        var leaderboard = await LeaderboardAsync();
        var ada = await UserAsync();
        await SubmitAsync(leaderboard, ada);
        await Invites.CreateAsync([leaderboard], 1, Now, None);
        await RateLimits.SetAsync(leaderboard, Domain.Submissions.ModeCategory.Test, 3, None);

        Assert.Equal(DeleteOutcome.InUse, await Leaderboards.DeleteAsync("SUMS", force: false, None));
        Assert.NotNull(await Leaderboards.FindAsync("sums", None));
        Assert.Equal(DeleteOutcome.Deleted, await Leaderboards.DeleteAsync("SUMS", force: true, None));
        Assert.Equal(DeleteOutcome.Missing, await Leaderboards.DeleteAsync("sums", force: true, None));
        Assert.Equal(0, await RowAsync<long>("""
            SELECT (SELECT COUNT(*) FROM submission) + (SELECT COUNT(*) FROM agon_job) + (SELECT COUNT(*) FROM rate_limit)
                 + (SELECT COUNT(*) FROM leaderboard_invite_scope) + (SELECT COUNT(*) FROM templates) + (SELECT COUNT(*) FROM agon_deleted_submission)
            """));
    }

    [ContractFact]
    public async Task A_replaced_leaderboard_begins_anew()
    {
        var leaderboard = await LeaderboardAsync();
        await SubmitAsync(leaderboard, await UserAsync());
        var id = await Leaderboards.ReplaceAsync(Some.Leaderboard(), None);

        Assert.NotEqual(leaderboard.Id, id);
        Assert.Equal(id, (await Leaderboards.FindAsync("sums", None))!.Id);
        Assert.Equal(0, await RowAsync<long>("SELECT COUNT(*) FROM submission"));
    }
}

public sealed class LeaderboardStoreOnSqlite() : LeaderboardStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class LeaderboardStoreOnPostgres() : LeaderboardStoreContract(OnPostgres);
