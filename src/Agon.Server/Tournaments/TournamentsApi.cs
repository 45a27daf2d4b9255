using System.Globalization;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Storage.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Tournaments;

/// <summary>Tournaments, for everybody to read (tournament contract, S070 to S074 and D28).</summary>
internal static class TournamentsApi
{
    private const string Place = "/api/v1/tournaments";
    private const int LongestPage = 100;
    private const int UsualPage = 20;

    public static void MapTournaments(this IEndpointRouteBuilder routes)
    {
        var tournaments = routes.MapGroup("").For(Access.Everybody).RefusesInCodes(400);
        tournaments.MapGet(Place, ListAsync).Asks(new("image_type", false), new("status", false), new("limit", true), new("offset", true));
        tournaments.MapGet(Place + "/{tournamentId}", FindAsync).RefusesInCodes(404);
        tournaments.MapGet(Place + "/{tournamentId}/participants", ParticipantsAsync).RefusesInCodes(404);
        tournaments.MapGet(Place + "/{tournamentId}/participants/{hotkey}", HistoryAsync).RefusesInCodes(404);
        tournaments.MapGet(Place + "/{tournamentId}/daily-metrics", MetricsAsync).Asks(new("date", false), new("day", true)).RefusesInCodes(404);
        tournaments.MapGet(Place + "/{tournamentId}/days/{day}", DayAsync).RefusesInCodes(404);
        tournaments.MapGet(Place + "/{tournamentId}/results", ResultsAsync).RefusesInCodes(404);
        tournaments.MapGet(Place + "/{tournamentId}/leaderboard", LeaderboardAsync).RefusesInCodes(404);
    }

    private static async Task<Results<Ok<TournamentsView>, TournamentRefusal>> ListAsync(
        HttpRequest request, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        if (!TryWord<ImageType>(request, "image_type", out var type))
            return UnknownWord<ImageType>(request, "image_type");
        if (!TryWord<TournamentStatus>(request, "status", out var status))
            return UnknownWord<TournamentStatus>(request, "status");
        if (!WholeNumber.TryQuery(request, "limit", UsualPage, out var limit) || limit is < 1 or > LongestPage)
            return TournamentRefusal.Invalid($"limit must be a number from 1 to {LongestPage}", "limit");
        if (!WholeNumber.TryQuery(request, "offset", 0, out var offset) || offset < 0)
            return TournamentRefusal.Invalid("offset must be a number from 0 up", "offset");
        var page = await tournaments.PageAsync(type, status, limit!.Value, offset!.Value, cancellationToken);
        return TypedResults.Ok(new TournamentsView
        {
            Tournaments = [.. page.Tournaments.Select(TournamentViews.Of)],
            Pagination = PaginationView.Of(page.Total, limit.Value, offset.Value),
        });
    }

    private static async Task<Results<Ok<TournamentView>, TournamentRefusal>> FindAsync(
        string tournamentId, TournamentReadStore tournaments, TimeProvider clock, CancellationToken cancellationToken) =>
        ReadId(tournamentId) is not { } id ? WrongId(tournamentId)
        : await tournaments.OverviewAsync(id, clock.GetUtcNow(), cancellationToken) is { } overview ? TypedResults.Ok(TournamentViews.Of(overview))
        : TournamentRefusal.NoTournament(id);

    private static async Task<Results<Ok<ParticipantsView>, TournamentRefusal>> ParticipantsAsync(
        string tournamentId, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        var (tournament, refusal) = await TournamentAsync(tournamentId, tournaments, cancellationToken);
        if (refusal is not null)
            return refusal;
        var participants = await tournaments.ParticipantsAsync(tournament!.TournamentId, cancellationToken);
        return TypedResults.Ok(new ParticipantsView(tournament.TournamentId, [.. participants.Select(TournamentViews.Of)]));
    }

    private static async Task<Results<Ok<ParticipantHistoryView>, TournamentRefusal>> HistoryAsync(
        string tournamentId, string hotkey, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        var (tournament, refusal) = await TournamentAsync(tournamentId, tournaments, cancellationToken);
        if (refusal is not null)
            return refusal;
        return await tournaments.HistoryAsync(tournament!, hotkey, cancellationToken) is { } history
            ? TypedResults.Ok(TournamentViews.History(tournament!, history.Participant, history.Runs, history.Result))
            : TournamentRefusal.NoParticipant(tournament!.TournamentId, hotkey);
    }

    private static async Task<Results<Ok<DailyMetricsView>, TournamentRefusal>> MetricsAsync(
        string tournamentId, HttpRequest request, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        var (tournament, refusal) = await TournamentAsync(tournamentId, tournaments, cancellationToken);
        if (refusal is not null)
            return refusal;
        var (date, wrong) = WantedDate(request, tournament!.Schedule);
        if (wrong is not null)
            return wrong;
        var runs = await tournaments.RunsAsync(tournament, date, cancellationToken);
        return date is { } wanted && runs.Count == 0
            ? TournamentRefusal.NoDay($"{wanted:yyyy-MM-dd}")
            : TypedResults.Ok(DayViews.Metrics(tournament, runs));
    }

    private static async Task<Results<Ok<CompetitionDayView>, TournamentRefusal>> DayAsync(
        string tournamentId, string day, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        var (tournament, refusal) = await TournamentAsync(tournamentId, tournaments, cancellationToken);
        if (refusal is not null)
            return refusal;
        if (!int.TryParse(day, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return TournamentRefusal.Invalid($"'{Short(day)}' is no number of a day", "day");
        if (DateOf(number, tournament!.Schedule) is not { } date)
            return TournamentRefusal.NoDay($"{number}");
        var runs = await tournaments.RunsAsync(tournament, date, cancellationToken);
        return runs.Count == 0 ? TournamentRefusal.NoDay($"{number}") : TypedResults.Ok(DayViews.Of(tournament, date, runs));
    }

    private static async Task<Results<Ok<TournamentResultsView>, TournamentRefusal>> ResultsAsync(
        string tournamentId, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        var (tournament, refusal) = await TournamentAsync(tournamentId, tournaments, cancellationToken);
        return refusal is not null
            ? refusal
            : TypedResults.Ok(TournamentViews.Results(tournament!, await tournaments.ResultsAsync(tournament!.TournamentId, cancellationToken)));
    }

    private static async Task<Results<Ok<TournamentLeaderboardView>, TournamentRefusal>> LeaderboardAsync(
        string tournamentId, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        var (tournament, refusal) = await TournamentAsync(tournamentId, tournaments, cancellationToken);
        return refusal is not null
            ? refusal
            : TypedResults.Ok(TournamentViews.Leaderboard(tournament!, await tournaments.ResultsAsync(tournament!.TournamentId, cancellationToken)));
    }

    /// <summary>An id as it is written everywhere; null if the text is none.</summary>
    internal static Guid? ReadId(string text) => Guid.TryParseExact(text, "D", out var id) ? id : null;

    internal static TournamentRefusal WrongId(string text) => TournamentRefusal.Invalid($"'{Short(text)}' is no id of a tournament", "tournament_id");

    private static async Task<(Tournament? Tournament, TournamentRefusal? Refusal)> TournamentAsync(
        string text, TournamentReadStore tournaments, CancellationToken cancellationToken) =>
        ReadId(text) is not { } id ? (null, WrongId(text))
        : await tournaments.FindAsync(id, cancellationToken) is { } tournament ? (tournament, null)
        : (null, TournamentRefusal.NoTournament(id));

    // By date or by number; both may be given if they agree (D29).
    private static (DateOnly? Date, TournamentRefusal? Refusal) WantedDate(HttpRequest request, Schedule schedule)
    {
        DateOnly? wanted = null;
        if (request.Query.TryGetValue("date", out var text))
        {
            if (!DateOnly.TryParseExact(text.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return (null, TournamentRefusal.Invalid("date must be a date, as YYYY-MM-DD", "date"));
            wanted = date;
        }
        if (!WholeNumber.TryQuery(request, "day", null, out var day))
            return (null, TournamentRefusal.Invalid("day must be the number of a day", "day"));
        if (day is not { } number)
            return (wanted, null);
        if (DateOf(number, schedule) is not { } numbered)
            return (null, TournamentRefusal.NoDay($"{number}"));
        return wanted is null || wanted == numbered
            ? (numbered, null)
            : (null, TournamentRefusal.Invalid($"day {number} is {numbered:yyyy-MM-dd}, not {wanted:yyyy-MM-dd}; give one of both", "day"));
    }

    private static DateOnly? DateOf(int day, Schedule schedule) =>
        day >= 1 && day <= schedule.EpochDays ? schedule.CompetitionStart.AddDays(day - 1) : null;

    private static bool TryWord<T>(HttpRequest request, string name, out T? value) where T : struct, Enum
    {
        value = null;
        return !request.Query.TryGetValue(name, out var text) || (value = ContractWord.Parse<T>(text.ToString())) is not null;
    }

    private static TournamentRefusal UnknownWord<T>(HttpRequest request, string name) where T : struct, Enum =>
        TournamentRefusal.Invalid($"{name} '{Short(request.Query[name].ToString())}' is none of {ContractWord.All<T>()}", name);

    // What somebody sent is said back, but not a book of it.
    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
