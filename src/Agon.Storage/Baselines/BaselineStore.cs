using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Storage.Baselines;

/// <summary>The registry of baselines (S020); exactly one of each image type is active (D34).</summary>
public sealed class BaselineStore(Database database)
{
    /// <summary>Seeds the first baseline of its type, active at once (S085).</summary>
    /// <returns>Why it is refused; null if it is not.</returns>
    public async Task<string?> SeedAsync(Baseline baseline, ParticipantSource source, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await LockAsync(session, baseline.ImageType, cancellationToken);
        if (BaselineRules.RefuseSeed(baseline.ImageType, await ActiveAsync(session, baseline.ImageType, cancellationToken)) is { } refusal)
            return refusal;
        if ((await VersionsAsync(session, baseline.ImageType, cancellationToken)).Contains(baseline.Version))
            return $"{ContractWord.Of(baseline.ImageType)} has had a baseline {baseline.Version} already; name another version";
        await InsertAsync(session, baseline, source, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>The one that has to be beaten now; null for none.</summary>
    public async Task<Baseline?> ActiveAsync(ImageType type, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await ActiveAsync(session, type, cancellationToken);
    }

    public async Task<Baseline?> FindAsync(Guid baselineId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await FindAsync(session, baselineId, cancellationToken);
    }

    /// <summary>All of a type, or of both where it is null; the newest first.</summary>
    public async Task<IReadOnlyList<Baseline>> ListAsync(ImageType? type, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<BaselineRow>($"""
            SELECT {BaselineRow.Columns} FROM baseline_registry
            {(type is null ? "" : "WHERE image_type = @type")} ORDER BY image_type, created_at DESC, baseline_id
            """, new { type = type is { } known ? ContractWord.Of(known) : null }, cancellationToken);
        return [.. rows.Select(row => row.ToBaseline())];
    }

    public async Task<ParticipantSource?> SourceAsync(Guid baselineId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await SourceAsync(session, baselineId, cancellationToken);
    }

    internal static async Task<ParticipantSource?> SourceAsync(Session session, Guid baselineId, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<SourceRow>(
            "SELECT repository, commit_hash, image_id, image_tag, folder, folder_hash FROM agon_baseline_source WHERE baseline_id = @baselineId", new { baselineId }, cancellationToken);
        return row?.ToSource();
    }

    /// <summary>Whoever changes which baseline of a type is active, or which versions are taken, comes alone.</summary>
    internal static Task LockAsync(Session session, ImageType type, CancellationToken cancellationToken) =>
        session.LockAsync($"agon_baseline {ContractWord.Of(type)}", cancellationToken);

    internal static async Task<Baseline?> ActiveAsync(Session session, ImageType type, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<BaselineRow>(
            $"SELECT {BaselineRow.Columns} FROM baseline_registry WHERE image_type = @type AND status = 'active'", new { type = ContractWord.Of(type) }, cancellationToken);
        return row?.ToBaseline();
    }

    internal static async Task<Baseline?> FindAsync(Session session, Guid baselineId, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<BaselineRow>(
            $"SELECT {BaselineRow.Columns} FROM baseline_registry WHERE baseline_id = @baselineId", new { baselineId }, cancellationToken);
        return row?.ToBaseline();
    }

    internal static async Task<HashSet<BaselineVersion>> VersionsAsync(Session session, ImageType type, CancellationToken cancellationToken)
    {
        var versions = await session.QueryAsync<string>(
            "SELECT version FROM baseline_registry WHERE image_type = @type", new { type = ContractWord.Of(type) }, cancellationToken);
        return [.. versions.Select(version => BaselineVersion.Parse(version)!.Value)];
    }

    internal static async Task InsertAsync(Session session, Baseline baseline, ParticipantSource source, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync($"""
            INSERT INTO baseline_registry ({BaselineRow.Columns})
            VALUES (@BaselineId, @type, @version, @GithubRepository, @DockerImageTag, @CommitHash, @status,
                    @OriginatedFromHotkey, @OriginatedFromTournamentId, @CreatedAt, @ActivatedAt, @DeprecatedAt)
            """, new
        {
            baseline.BaselineId,
            type = ContractWord.Of(baseline.ImageType),
            version = $"{baseline.Version}",
            baseline.GithubRepository,
            baseline.DockerImageTag,
            baseline.CommitHash,
            status = ContractWord.Of(baseline.Status),
            baseline.OriginatedFromHotkey,
            baseline.OriginatedFromTournamentId,
            baseline.CreatedAt,
            baseline.ActivatedAt,
            baseline.DeprecatedAt,
        }, cancellationToken);
        await session.ExecuteAsync("""
            INSERT INTO agon_baseline_source (baseline_id, repository, commit_hash, image_id, image_tag, folder, folder_hash)
            VALUES (@BaselineId, @Repository, @CommitHash, @ImageId, @ImageTag, @Folder, @FolderHash)
            """, new { baseline.BaselineId, source.Repository, source.CommitHash, source.ImageId, source.ImageTag, source.Folder, source.FolderHash }, cancellationToken);
    }
}
