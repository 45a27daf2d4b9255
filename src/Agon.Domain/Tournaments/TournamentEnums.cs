namespace Agon.Domain.Tournaments;

/// <summary>What participants of a tournament hand in (contract 1.2).</summary>
public enum ImageType
{
    Analytics,
    Ml,
}

/// <summary>Where a tournament stands (S003); cancelled can be reached from all but completed (D39).</summary>
public enum TournamentStatus
{
    Draft,
    Registration,
    InProgress,
    Scoring,
    Completed,
    Cancelled,
}

/// <summary>The baseline is a participant, too (S004).</summary>
public enum ParticipantType
{
    Miner,
    Baseline,
}

/// <summary>Failed, completed and disqualified are final (D38).</summary>
public enum ParticipantStatus
{
    Registered,
    Active,
    Completed,
    Failed,
    Disqualified,
}

public enum EpochStatus
{
    Pending,
    Running,
    Completed,
    Failed,
}

/// <summary>Completed, timeout and failed are results; such a slot is not run again (D25).</summary>
public enum RunStatus
{
    Pending,
    Running,
    Completed,
    Timeout,
    Failed,
}

/// <summary>What becomes of a scored tournament's winner.</summary>
public enum Promotion
{
    /// <summary>The winner becomes the next baseline.</summary>
    Promote,

    /// <summary>The winner did not beat the baseline (D12).</summary>
    SkipNotBeaten,

    /// <summary>Every miner was disqualified, or there was none (D13).</summary>
    SkipNoWinner,

    /// <summary>The baseline itself was disqualified or has no runs: beating it proves nothing, an operator has to confirm (D14).</summary>
    HoldBaselineInvalid,
}
