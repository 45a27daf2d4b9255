using System.Security.Cryptography;
using Agon.Contracts.Problems;
using Agon.Domain.Leaderboards;

namespace Agon.Storage.Leaderboards;

/// <summary>The statements that write a leaderboard, in the caller's transaction.</summary>
internal static class LeaderboardWriter
{
    public static async Task<SaveOutcome> CreateAsync(Session session, NewLeaderboard leaderboard, CancellationToken cancellationToken)
    {
        var id = await session.QueryOneAsync<long>($"""
            INSERT INTO leaderboard (name, deadline, task, creator_id, forum_id, secret_seed, description, visibility)
            VALUES (@Name, @Deadline, {session.Dialect.Json("@task")}, -1, -1, @seed, @Description, @Visibility)
            RETURNING id
            """, new
        {
            leaderboard.Name,
            leaderboard.Deadline,
            task = TaskJson(leaderboard),
            seed = (long)(BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))) >> 1),
            leaderboard.Task.Description,
            leaderboard.Visibility,
        }, cancellationToken);
        await WritePartsAsync(session, id, leaderboard, cancellationToken);
        await RankTable.FollowAsync(session, id, cancellationToken);
        return SaveOutcome.Created;
    }

    public static async Task<SaveOutcome> UpdateAsync(
        Session session, LeaderboardRow row, Leaderboard stored, NewLeaderboard wanted, CancellationToken cancellationToken)
    {
        // Without Agon's own row, as another system leaves it, there is something to write in any case.
        if (row.Settings is not null && IsSame(stored, wanted))
            return SaveOutcome.Unchanged;

        await session.ExecuteAsync($"""
            UPDATE leaderboard
            SET deadline = @Deadline, task = {session.Dialect.Json("@task")}, description = @Description, visibility = @Visibility
            WHERE id = @Id
            """, new { row.Id, wanted.Deadline, task = TaskJson(wanted), wanted.Task.Description, wanted.Visibility }, cancellationToken);
        foreach (var table in (string[])["gpu_type", "templates", "agon_leaderboard"])
            await session.ExecuteAsync($"DELETE FROM {table} WHERE leaderboard_id = @Id", new { row.Id }, cancellationToken);
        await WritePartsAsync(session, row.Id, wanted, cancellationToken);
        await RankTable.FollowAsync(session, row.Id, cancellationToken);
        return SaveOutcome.Updated;
    }

    // The stored task is compared as it is read back and written again: jsonb keeps neither order nor white space.
    public static bool IsSame(Leaderboard stored, NewLeaderboard wanted) =>
        stored.Deadline == Microseconds(wanted.Deadline)
        && stored.Visibility == wanted.Visibility
        && stored.Gpus.SequenceEqual(Gpus(wanted))
        && stored.Task.Description == wanted.Task.Description
        && stored.Task.Agon == wanted.Task.Agon
        && stored.Task.Templates.SequenceEqual(wanted.Task.Templates)
        && StoredText.ToJson(TaskDocument.From(stored.Task)) == TaskJson(wanted);

    private static async Task WritePartsAsync(Session session, long id, NewLeaderboard leaderboard, CancellationToken cancellationToken)
    {
        var gpus = Gpus(leaderboard);
        foreach (var gpu in gpus)
            await session.ExecuteAsync("INSERT INTO gpu_type (leaderboard_id, gpu_type) VALUES (@id, @gpu)", new { id, gpu }, cancellationToken);
        foreach (var (lang, code) in leaderboard.Task.Templates)
            await session.ExecuteAsync("INSERT INTO templates (leaderboard_id, lang, code) VALUES (@id, @lang, @code)", new { id, lang, code }, cancellationToken);
        await session.ExecuteAsync(
            "INSERT INTO agon_leaderboard (leaderboard_id, settings, gpu_order) VALUES (@id, @settings, @order)", new
            {
                id,
                settings = StoredText.ToJson(AgonDocument.From(leaderboard.Task.Agon)),
                order = StoredText.ToJson<IReadOnlyList<string>>(gpus),
            }, cancellationToken);
    }

    private static string TaskJson(NewLeaderboard leaderboard) => StoredText.ToJson(TaskDocument.From(leaderboard.Task))!;

    private static List<string> Gpus(NewLeaderboard leaderboard) => [.. leaderboard.Gpus.Distinct(StringComparer.OrdinalIgnoreCase)];

    private static DateTimeOffset Microseconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
