namespace Agon.Storage.Backups;

/// <summary>How far a backup or a restore is.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Share">0 to 1 of the stage; null where nobody can tell.</param>
public readonly record struct BackupProgress(BackupStage Stage, double? Share);

/// <summary>What a backup or a restore does.</summary>
public enum BackupStage
{
    /// <summary>Reads one file and writes the other.</summary>
    Copying,

    /// <summary>Reads the new file to its end, looking for damage.</summary>
    Checking,
}

/// <summary>What a file of Agon's data holds.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Submissions">How many were accepted.</param>
/// <param name="Runs">How many are recorded.</param>
/// <param name="OpenJobs">Jobs that still wait or run.</param>
public sealed record BackupContent(long Bytes, long Submissions, long Runs, long OpenJobs);

/// <summary>A backup was not made or not put back: what is wrong, and where.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);
