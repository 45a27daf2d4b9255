using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Server.Pages;
using Agon.Storage.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary><c>/tournament/{id}</c>: what is contested, who takes part, how the days went, and how it came out.</summary>
internal static class TournamentPage
{
    // More than these nobody reads on a page, and a page is made for each who asks.
    private const long MostRuns = 20_000;

    public static async Task<Page> GetAsync(string tournamentId, TournamentReadStore tournaments, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (TournamentsApi.ReadId(tournamentId) is not { } id || await tournaments.OverviewAsync(id, clock.GetUtcNow(), cancellationToken) is not { } overview)
            return Page.NotFound($"There is no tournament “{tournamentId}”.");
        var tournament = overview.Tournament;
        var results = await tournaments.ResultsAsync(id, cancellationToken);
        var participants = await tournaments.ParticipantsAsync(id, cancellationToken);
        var most = (overview.Miners.Total + 1L) * tournament.TestNetworks.Length * tournament.TestWindowDays.Length * tournament.Schedule.EpochDays;
        var days = most > MostRuns ? TooMany(tournament) : Days(tournament, participants, [.. (await tournaments.RunsAsync(tournament, testDate: null, cancellationToken)).Select(recorded => recorded.Run)]);
        return new Page(tournament.Name, Html.Of($"""
            <h1>{tournament.Name}</h1>
            {Facts(overview)}
            {(results.Count > 0 ? TournamentTables.Standings(tournament, results) : TournamentTables.Participants(tournament, participants))}
            {days}
            {Rules(tournament)}
            """));
    }

    private static Html TooMany(Tournament tournament) => Html.Of($"""
        <p>It has too many runs to show them here; the API lists them day by day, at /api/v1/tournaments/{$"{tournament.TournamentId}"}/days/1 and so on.</p>
        """);

    private static Html Facts(TournamentOverview overview)
    {
        var (one, schedule, baseline) = (overview.Tournament, overview.Tournament.Schedule, overview.Baseline);
        return Html.Of($"""
            <dl class="facts">
            <div><dt>Status</dt><dd>{TournamentWords.Status(one)}</dd></div>
            <div><dt>Kind</dt><dd>{ContractWord.Of(one.ImageType)}</dd></div>
            <div><dt>Registration</dt><dd>{TournamentWords.Days(schedule.RegistrationStart, schedule.RegistrationEnd)}</dd></div>
            <div><dt>Competition</dt><dd>{TournamentWords.Days(schedule.CompetitionStart, schedule.CompetitionEnd)}</dd></div>
            <div><dt>Miners</dt><dd>{overview.Miners.Total} of {one.MaxParticipants}{(overview.Miners.Disqualified == 0 ? "" : $", {overview.Miners.Disqualified} disqualified")}</dd></div>
            <div><dt>Baseline</dt><dd>{BaselineRules.Hotkey(baseline.Version)}</dd></div>
            <div><dt>Networks</dt><dd>{string.Join(", ", one.TestNetworks)}</dd></div>
            <div><dt>Windows</dt><dd>{string.Join(", ", one.TestWindowDays)} days</dd></div>
            {(overview.WaitsForMachine is { } machine ? Html.Of($"<div><dt>Waits for</dt><dd>the machine <bdi>{machine}</bdi>, which makes its runs</dd></div>") : default)}
            <div><dt>A run may take</dt><dd>{TournamentWords.Number(one.MaxExecutionTimeSeconds, 0)} s</dd></div>
            </dl>
            """);
    }

    private static Html Days(Tournament tournament, IReadOnlyList<Participant> participants, IReadOnlyList<TournamentRun> runs) => runs.Count == 0 ? default : Html.Of($"""
        <section aria-labelledby="days">
        <h2 id="days">Days</h2>
        {DayPlots.Of(tournament, participants, runs)}
        {Html.Join(runs.GroupBy(run => run.Slot.TestDate).OrderByDescending(day => day.Key).Select((day, n) => TournamentTables.Day(tournament, day.Key, [.. day], isOpen: n == 0)))}
        </section>
        """);

    private static Html Rules(Tournament tournament)
    {
        var (policy, cap) = (tournament.Policy, tournament.Policy.SpeedCap);
        return Html.Of($"""
            <aside aria-labelledby="rules">
            <h2 id="rules">What counts</h2>
            <p>Score = {TournamentWords.Number(policy.PatternAccuracyWeight, 2)} · accuracy + {TournamentWords.Number(policy.DataCorrectnessWeight, 2)} · correctness + {TournamentWords.Number(policy.PerformanceWeight, 2)} · speed,
            where speed is the baseline's time divided by one's own{(cap is { } most ? $", {TournamentWords.Number(most, 2)} at most" : "")}. {(cap is <= 1 ? "Being faster than the baseline earns nothing here; being more accurate does." : "")}
            Who has one run that was wrong, failed or took too long is out. Equal scores rank by registration, so the baseline wins a tie.</p>
            <p><a href="{RulesText.PathOf("tournaments")}">How a tournament is run and scored</a> · <a href="{RulesText.PathOf("datasets")}">What the datasets are, and what an output is worth</a></p>
            </aside>
            """);
    }
}
