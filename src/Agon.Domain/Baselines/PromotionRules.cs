using Agon.Domain.Tournaments;

namespace Agon.Domain.Baselines;

/// <summary>What is known when a promotion is tried.</summary>
/// <param name="Status">Of the tournament.</param>
/// <param name="Verdict">What scoring said; null where it was not scored.</param>
/// <param name="Winner">The winner's entry; null for none.</param>
/// <param name="TournamentBaselineId">The baseline that the tournament was created with.</param>
/// <param name="ActiveBaselineId">The one that is active now; null for none.</param>
/// <param name="PromotedBaselineId">What an earlier call made of this tournament; null if nothing yet.</param>
/// <param name="Confirmed">Whether an operator says that it is right all the same (D14).</param>
public sealed record PromotionFacts(
    TournamentStatus Status, Promotion? Verdict, Participant? Winner, Guid TournamentBaselineId, Guid? ActiveBaselineId, Guid? PromotedBaselineId, bool Confirmed);

/// <summary>Whether a winner's code may become the next baseline: step 1 of S055.</summary>
public static class PromotionRules
{
    public static PromotionDecision Decide(PromotionFacts facts)
    {
        if (facts.PromotedBaselineId is { } done)
            return new PromotionDecision.AlreadyPromoted(done);
        if (facts.Status != TournamentStatus.Completed || facts.Verdict is not { } verdict)
            return new PromotionDecision.Skip($"the tournament is {ContractWord.Of(facts.Status)} and not completed");
        if (verdict == Promotion.SkipNoWinner || facts.Winner is not { } winner)
            return new PromotionDecision.Skip("the tournament has no winner");
        if (winner.Type == ParticipantType.Baseline)
            return new PromotionDecision.Skip("the winner is the baseline");
        if (verdict == Promotion.SkipNotBeaten)
            return new PromotionDecision.Skip($"'{winner.Hotkey}' did not beat the baseline");
        if (facts.ActiveBaselineId != facts.TournamentBaselineId)
            return new PromotionDecision.Hold("the baseline of this tournament is no longer the active one; its winner has not been measured against that");
        if (verdict == Promotion.HoldBaselineInvalid && !facts.Confirmed)
            return new PromotionDecision.Hold("the baseline was disqualified or has no runs, so that beating it proves nothing; an operator has to confirm");
        return new PromotionDecision.Promote(winner);
    }
}

/// <summary>What becomes of a promotion. Only Promote changes anything.</summary>
public abstract record PromotionDecision
{
    private PromotionDecision()
    {
    }

    public sealed record Promote(Participant Winner) : PromotionDecision;

    public sealed record Skip(string Reason) : PromotionDecision;

    /// <summary>It waits for an operator.</summary>
    public sealed record Hold(string Reason) : PromotionDecision;

    /// <summary>A second call gets the first one's result.</summary>
    public sealed record AlreadyPromoted(Guid BaselineId) : PromotionDecision;
}
