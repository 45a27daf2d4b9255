namespace Agon.Storage.Submissions;

/// <summary>Whether submissions are taken in at all: one switch for all servers over the database, which outlives them.</summary>
public sealed class IntakeStore(Database database)
{
    public async Task<bool> IsOpenAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryOneAsync<bool>("SELECT is_open FROM agon_intake", null, cancellationToken);
    }

    public async Task SetAsync(bool isOpen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.ExecuteAsync("UPDATE agon_intake SET is_open = @isOpen, changed_at = @now", new { isOpen, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }
}
