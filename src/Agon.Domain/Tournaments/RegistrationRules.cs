namespace Agon.Domain.Tournaments;

/// <summary>What a registration asks for.</summary>
/// <param name="Hotkey">Who registers.</param>
/// <param name="GithubRepository">Where the code is kept; null where that was not given.</param>
/// <param name="BringsImageOrFolder">Whether the code comes in another way than by a repository.</param>
public sealed record RegistrationRequest(string Hotkey, string? GithubRepository, bool BringsImageOrFolder = false);

/// <summary>What is known when a registration arrives; read in the transaction that would write it (D30).</summary>
/// <param name="Status">Of the tournament.</param>
/// <param name="RegistrationStart">Of the tournament.</param>
/// <param name="MaxParticipants">Miners it takes.</param>
/// <param name="Miners">Rows of miners there are; who withdrew has none (D31).</param>
/// <param name="HighestOrder">Of all participants; 0 is the baseline.</param>
/// <param name="HasHotkey">Whether that hotkey takes part already.</param>
/// <param name="RegistryRepository">The repository that the registry of miners knows for it; null for none.</param>
public sealed record RegistrationFacts(
    TournamentStatus Status, DateOnly RegistrationStart, int MaxParticipants, int Miners, int HighestOrder, bool HasHotkey, string? RegistryRepository);

/// <summary>Who may register and withdraw (D01, D27, D30, D31, D40).</summary>
/// <remarks>The status decides, not the date: a miner who comes before the competition starts robs nobody, even if the orchestrator is late.</remarks>
public static class RegistrationRules
{
    /// <summary>In characters; the chain's own have 48.</summary>
    public const int LongestHotkey = 128;

    public static RegistrationOutcome Register(RegistrationRequest request, RegistrationFacts facts, DateOnly today)
    {
        if (RefuseHotkey(request.Hotkey) is { } wrong)
            return new RegistrationOutcome.Refused(RegistrationError.InvalidHotkey, wrong);
        var opensNow = facts.Status == TournamentStatus.Draft && today >= facts.RegistrationStart;
        if (facts.Status != TournamentStatus.Registration && !opensNow)
            return Closed(facts, today);
        if (facts.HasHotkey)
            return new RegistrationOutcome.Refused(RegistrationError.AlreadyRegistered, $"'{request.Hotkey}' is registered in this tournament already");
        var repository = request.GithubRepository ?? (request.BringsImageOrFolder ? null : facts.RegistryRepository);
        if (repository is null && !request.BringsImageOrFolder)
            return new RegistrationOutcome.Refused(
                RegistrationError.MinerNotFound, $"no repository is known for '{request.Hotkey}'; give github_repository");
        if (facts.Miners >= facts.MaxParticipants)
            return new RegistrationOutcome.Refused(
                RegistrationError.MaxParticipants, $"the tournament is full: it takes {facts.MaxParticipants} miners");
        return new RegistrationOutcome.Admitted(facts.HighestOrder + 1, repository, opensNow);
    }

    /// <summary>Why a miner may not withdraw; null if it may. Its row goes, and its place is free again.</summary>
    public static RegistrationOutcome.Refused? Withdraw(ParticipantType type, RegistrationFacts facts, DateOnly today) => (type, facts.Status) switch
    {
        (ParticipantType.Baseline, _) => new(RegistrationError.NotAMiner, "the baseline cannot withdraw"),
        (_, TournamentStatus.Registration) => null,
        _ => Closed(facts, today),
    };

    /// <summary>Why nobody may have that name, which becomes part of addresses and of names of images; null if one may.</summary>
    public static string? RefuseHotkey(string hotkey) =>
        hotkey.Length is >= 1 and <= LongestHotkey && char.IsAsciiLetterOrDigit(hotkey[0]) && hotkey.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '_' or '-')
            ? null
            : $"hotkey must have 1 to {LongestHotkey} of A-Z, a-z, 0-9, '.', '_' and '-', and begin with a letter or digit";

    private static RegistrationOutcome.Refused Closed(RegistrationFacts facts, DateOnly today) => new(
        RegistrationError.NotRegistrationPeriod,
        facts.Status == TournamentStatus.Draft && today < facts.RegistrationStart
            ? $"registration opens on {facts.RegistrationStart:yyyy-MM-dd}; today is {today:yyyy-MM-dd}"
            : $"registration is not open: the tournament is {ContractWord.Of(facts.Status)}");
}

/// <summary>Why a registration is refused: the contract's error codes (section 3), and two that are a request which makes no sense.</summary>
public enum RegistrationError
{
    InvalidHotkey,
    NotRegistrationPeriod,
    AlreadyRegistered,
    MinerNotFound,
    MaxParticipants,
    NotAMiner,
}

/// <summary>What became of a registration.</summary>
public abstract record RegistrationOutcome
{
    private RegistrationOutcome()
    {
    }

    /// <param name="Order">The row's registration_order: one above the highest, so nobody is renumbered (D31).</param>
    /// <param name="Repository">The request's own, else the registry's (D40); null for an image or a folder.</param>
    /// <param name="OpensRegistration">Whether the draft is due and opens in the same transaction (D01).</param>
    public sealed record Admitted(int Order, string? Repository, bool OpensRegistration) : RegistrationOutcome;

    public sealed record Refused(RegistrationError Error, string Message) : RegistrationOutcome;
}
