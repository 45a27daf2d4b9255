using System.Collections.Immutable;

namespace Agon.Domain.Tournaments;

/// <summary>What is to be done so that a tournament gets on. Each can be carried out twice: the second time changes nothing.</summary>
public abstract record TournamentAction
{
    private TournamentAction()
    {
    }

    /// <summary>The action's word: <c>open_registration</c>.</summary>
    public string Word => ContractWord.SnakeCase(GetType().Name);

    /// <summary>S044.</summary>
    public sealed record OpenRegistration : TournamentAction;

    /// <summary>The one epoch, running from the start (S034, S035).</summary>
    public sealed record CreateEpoch(DateOnly StartDate, DateOnly EndDate) : TournamentAction;

    /// <summary>Of those who are registered; who withdrew or was disqualified stays out (D26).</summary>
    public sealed record ActivateParticipants(ImmutableArray<string> Hotkeys) : TournamentAction;

    /// <summary>Run what has no result yet of that day, under its own date (S038, D25).</summary>
    public sealed record ExecuteDay(int Day, DateOnly TestDate) : TournamentAction;

    /// <summary>S040.</summary>
    public sealed record CompleteEpoch : TournamentAction;

    public sealed record TriggerScoring : TournamentAction;

    /// <summary>From results that are recorded (S047); winner null where nobody is eligible (D13).</summary>
    public sealed record CompleteTournament(string? WinnerHotkey, bool BaselineBeaten) : TournamentAction;

    /// <summary>Idempotent for a tournament (D22).</summary>
    public sealed record TriggerPromotion(string WinnerHotkey) : TournamentAction;
}

/// <summary>Where a tournament stands after a call, and what has to be done for it.</summary>
public sealed record TournamentStep(TournamentState State, ImmutableArray<TournamentAction> Actions);
