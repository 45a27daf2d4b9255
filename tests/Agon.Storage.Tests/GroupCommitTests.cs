namespace Agon.Storage.Tests;

public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-group-test-").FullName;
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Database database = null!;

    public async Task InitializeAsync()
    {
        database = Database.Open(folder, null);
        await database.MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_waits_behind_a_database_that_is_gone_hears_it_at_once_and_what_comes_later_tries_anew()
    {
        var (calls, isGone) = (0, true);
        var group = new GroupCommit<int, int>(database, async (_, items) =>
        {
            calls++;
            begun.TrySetResult();
            await gate.Task;
            return isGone ? throw new TimeoutException("gone") : items;
        });
        var first = group.WriteAsync(0, CancellationToken.None);
        await begun.Task;
        var behind = Enumerable.Range(1, 200).Select(item => group.WriteAsync(item, CancellationToken.None)).ToList();
        gate.SetResult();

        foreach (var write in behind.Prepend(first))
            await Assert.ThrowsAsync<TimeoutException>(() => write);
        Assert.Equal(1, calls);
        isGone = false;
        Assert.Equal(7, await group.WriteAsync(7, CancellationToken.None));
    }

    [Fact]
    public async Task A_fault_of_one_hits_nobody_else()
    {
        var group = new GroupCommit<int, int>(database, async (session, items) =>
        {
            begun.TrySetResult();
            await gate.Task;
            foreach (var item in items)
                await session.ExecuteAsync("INSERT INTO user_info (id, user_name) VALUES (@item, 'ada')", new { item = item.ToString(System.Globalization.CultureInfo.InvariantCulture) }, CancellationToken.None);
            return items.Contains(3) ? throw new InvalidOperationException("three") : items;
        });
        var first = group.WriteAsync(0, CancellationToken.None);
        await begun.Task;
        var others = Enumerable.Range(1, 5).Select(item => group.WriteAsync(item, CancellationToken.None)).ToList();
        gate.SetResult();

        await Assert.ThrowsAsync<InvalidOperationException>(() => others[2]);
        var written = await Task.WhenAll(others.Where((_, n) => n != 2));
        Assert.Equal([1, 2, 4, 5], written);
        Assert.Equal(0, await first);
        await using var session = await database.ReadAsync(CancellationToken.None);
        var kept = await session.QueryAsync<string>("SELECT id FROM user_info ORDER BY id", null, CancellationToken.None);
        Assert.Equal(["0", "1", "2", "4", "5"], kept);
    }
}
