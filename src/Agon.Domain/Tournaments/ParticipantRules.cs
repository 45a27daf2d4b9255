namespace Agon.Domain.Tournaments;

/// <summary>Which statuses an operator may set (S077, D38).</summary>
public static class ParticipantRules
{
    /// <summary>Why the change is refused; null if it is not.</summary>
    public static string? Refuse(ParticipantStatus from, ParticipantStatus to, string? reason)
    {
        if (!MayFollow(from, to))
            return $"a participant that is {ContractWord.Of(from)} cannot become {ContractWord.Of(to)}";
        return to == ParticipantStatus.Disqualified && string.IsNullOrWhiteSpace(reason) ? "disqualifying needs a reason" : null;
    }

    private static bool MayFollow(ParticipantStatus from, ParticipantStatus to) => (from, to) switch
    {
        (ParticipantStatus.Registered, ParticipantStatus.Active or ParticipantStatus.Failed or ParticipantStatus.Disqualified) => true,
        (ParticipantStatus.Active, ParticipantStatus.Completed or ParticipantStatus.Failed or ParticipantStatus.Disqualified) => true,
        _ => false,
    };
}
