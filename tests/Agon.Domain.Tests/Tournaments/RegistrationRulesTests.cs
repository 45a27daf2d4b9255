using Agon.Domain.Tournaments;
using static Agon.Domain.Tournaments.ParticipantStatus;

namespace Agon.Domain.Tests.Tournaments;

public sealed class RegistrationRulesTests
{
    private static readonly DateOnly Opening = new(2026, 3, 1);
    private static readonly RegistrationFacts Open = new(TournamentStatus.Registration, Opening, 10, 3, 3, false, null);
    private static readonly RegistrationRequest Ada = new("ada", "https://github.com/ada/tracer");

    private static RegistrationOutcome Register(RegistrationFacts facts, DateOnly? today = null, RegistrationRequest? request = null) =>
        RegistrationRules.Register(request ?? Ada, facts, today ?? Opening);

    private static RegistrationError Refused(RegistrationOutcome outcome) => Assert.IsType<RegistrationOutcome.Refused>(outcome).Error;

    [Fact]
    public void The_next_number_is_one_above_the_highest_even_where_somebody_withdrew() =>
        Assert.Equal(new RegistrationOutcome.Admitted(8, Ada.GithubRepository!, false), Register(Open with { HighestOrder = 7 }));

    [Fact]
    public void A_draft_that_is_due_opens_with_its_first_registration_and_one_that_is_not_refuses()
    {
        var draft = Open with { Status = TournamentStatus.Draft };
        Assert.True(Assert.IsType<RegistrationOutcome.Admitted>(Register(draft)).OpensRegistration);
        Assert.Equal(RegistrationError.NotRegistrationPeriod, Refused(Register(draft, Opening.AddDays(-1))));
    }

    [Theory]
    [InlineData(TournamentStatus.InProgress)]
    [InlineData(TournamentStatus.Scoring)]
    [InlineData(TournamentStatus.Completed)]
    [InlineData(TournamentStatus.Cancelled)]
    public void Nobody_comes_or_goes_once_registration_is_over(TournamentStatus status)
    {
        Assert.Equal(RegistrationError.NotRegistrationPeriod, Refused(Register(Open with { Status = status })));
        Assert.Equal(RegistrationError.NotRegistrationPeriod, RegistrationRules.Withdraw(ParticipantType.Miner, Open with { Status = status }, Opening)!.Error);
    }

    [Fact]
    public void The_limit_counts_miners_and_not_the_baseline()
    {
        Assert.IsType<RegistrationOutcome.Admitted>(Register(Open with { Miners = 9 }));
        Assert.Equal(RegistrationError.MaxParticipants, Refused(Register(Open with { Miners = 10 })));
    }

    [Fact]
    public void A_hotkey_takes_part_once() => Assert.Equal(RegistrationError.AlreadyRegistered, Refused(Register(Open with { HasHotkey = true, Miners = 10 })));

    [Fact]
    public void The_repository_of_the_request_wins_over_the_registrys_and_one_is_needed()
    {
        var known = Open with { RegistryRepository = "https://github.com/ada/old" };
        Assert.Equal(Ada.GithubRepository, Assert.IsType<RegistrationOutcome.Admitted>(Register(known)).Repository);
        Assert.Equal("https://github.com/ada/old", Assert.IsType<RegistrationOutcome.Admitted>(Register(known, null, new("ada", null))).Repository);
        Assert.Equal(RegistrationError.MinerNotFound, Refused(Register(Open, null, new("ada", null))));
    }

    [Fact]
    public void Who_brings_an_image_or_a_folder_has_no_repository()
    {
        var known = Open with { RegistryRepository = "https://github.com/ada/old" };
        Assert.Null(Assert.IsType<RegistrationOutcome.Admitted>(Register(known, null, new("ada", null, BringsImageOrFolder: true))).Repository);
    }

    [Theory]
    [InlineData("5F3sa2TJAWMqDhXG6jhV4N8ko9SxwGy8TpaNS1repo5EYjQX", true)]
    [InlineData("ada.b_c-2", true)]
    [InlineData("", false)]
    [InlineData(".ada", false)]
    [InlineData("ada/eve", false)]
    [InlineData("ada\0", false)]
    [InlineData("adä", false)]
    public void A_hotkey_is_a_name_that_may_stand_in_an_address_and_an_image(string hotkey, bool isOne)
    {
        var outcome = Register(Open, null, new(hotkey, Ada.GithubRepository));
        Assert.Equal(isOne, outcome is RegistrationOutcome.Admitted);
        if (!isOne)
            Assert.Equal(RegistrationError.InvalidHotkey, Refused(outcome));
        Assert.NotNull(RegistrationRules.RefuseHotkey(new string('a', RegistrationRules.LongestHotkey + 1)));
    }

    [Fact]
    public void A_miner_withdraws_while_registration_is_open_and_the_baseline_never()
    {
        Assert.Null(RegistrationRules.Withdraw(ParticipantType.Miner, Open, Opening));
        Assert.Equal(RegistrationError.NotAMiner, RegistrationRules.Withdraw(ParticipantType.Baseline, Open, Opening)!.Error);
    }

    [Fact]
    public void An_operator_may_set_these_statuses_and_no_others()
    {
        (ParticipantStatus, ParticipantStatus)[] allowed =
            [(Registered, Active), (Registered, Failed), (Registered, Disqualified), (Active, Completed), (Active, Failed), (Active, Disqualified)];
        foreach (var from in Enum.GetValues<ParticipantStatus>())
            foreach (var to in Enum.GetValues<ParticipantStatus>())
                Assert.Equal(allowed.Contains((from, to)), ParticipantRules.Refuse(from, to, "copied") is null);
        Assert.Equal("disqualifying needs a reason", ParticipantRules.Refuse(Active, Disqualified, " "));
    }

    [Fact]
    public void The_competition_begins_on_the_day_after_registration_and_lasts_all_its_days()
    {
        var created = new NewTournament { Name = "spring", RegistrationStart = Opening, RegistrationEnd = Opening.AddDays(2) };
        Assert.Null(created.Refuse());
        Assert.Equal(new Schedule(new(2026, 3, 1), new(2026, 3, 3), new(2026, 3, 4), new(2026, 3, 10), 7), created.Schedule);
    }

    public static TheoryData<string, NewTournament> Wrong()
    {
        var fine = new NewTournament { Name = "spring", RegistrationStart = Opening, RegistrationEnd = Opening };
        return new()
        {
            { "name", fine with { Name = " " } },
            { "registration_end", fine with { RegistrationEnd = Opening.AddDays(-1) } },
            { "registration_end", fine with { RegistrationEnd = DateOnly.MaxValue } },
            { "epoch_days", fine with { EpochDays = 0 } },
            { "max_participants", fine with { MaxParticipants = 0 } },
            { "test_networks", fine with { TestNetworks = [] } },
            { "test_networks", fine with { TestNetworks = ["torus", "torus"] } },
            { "test_networks", fine with { TestNetworks = ["../torus"] } },
            { "test_window_days", fine with { TestWindowDays = [30, 30] } },
            { "test_window_days", fine with { TestWindowDays = [0] } },
            { "time limit", fine with { MaxExecutionTimeSeconds = double.NaN } },
            { "weights", fine with { Policy = new ScoringPolicy(1, 1, 1, 1) } },
        };
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_tournament_that_cannot_be_is_refused_by_the_field_that_is_wrong(string field, NewTournament wrong) =>
        Assert.Contains(field, wrong.Refuse(), StringComparison.Ordinal);

    [Fact]
    public void Words_are_the_contracts_and_nothing_else_is_one()
    {
        Assert.Equal("draft, registration, in_progress, scoring, completed, cancelled", ContractWord.All<TournamentStatus>());
        Assert.Equal("promote, skip_not_beaten, skip_no_winner, hold_baseline_invalid", ContractWord.All<Promotion>());
        Assert.Equal(TournamentStatus.InProgress, ContractWord.Parse<TournamentStatus>("in_progress"));
        foreach (var other in (string[])["IN_PROGRESS", "InProgress", "2", "", "in_progress "])
            Assert.Null(ContractWord.Parse<TournamentStatus>(other));
    }
}
