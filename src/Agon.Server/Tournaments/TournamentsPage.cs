using Agon.Domain.Tournaments;
using Agon.Server.Http;
using Agon.Server.Pages;
using Agon.Storage.Tournaments;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Tournaments;

/// <summary><c>/tournaments</c>: all of them, the latest competition first; <c>?page</c> leafs through.</summary>
internal static class TournamentsPage
{
    private const int RowsOfPage = 50;
    private const int MostPages = 10_000;

    public static string PathOf(Guid id) => $"/tournament/{id}";

    public static async Task<Page> GetAsync(HttpRequest request, TournamentReadStore tournaments, CancellationToken cancellationToken)
    {
        if (!WholeNumber.TryQuery(request, "page", 1, out var page) || page is < 1 or > MostPages)
            return Page.NotFound($"The pages of this list have the numbers 1 to {MostPages}.");
        var before = (page!.Value - 1) * RowsOfPage;
        var found = await tournaments.PageAsync(type: null, status: null, RowsOfPage, before, cancellationToken);
        return new Page("Tournaments", Html.Of($"""
            <h1>Tournaments</h1>
            <p>Who beats the baseline? For several days all who take part run on the same data, one after the other; a winner that beat the baseline becomes the next one.</p>
            {(found.Tournaments.Count == 0 ? Html.Of($"<p class=\"empty\">There is no tournament here. An organiser makes one with agon tournament create.</p>") : Table(found))}
            <nav class="pages" aria-label="Tournaments">{(page > 1 ? Link(page.Value - 1, "The ones after these") : default)}{(before + RowsOfPage < found.Total ? Link(page.Value + 1, "The ones before these") : default)}</nav>
            """));
    }

    private static Html Table(ListedTournaments found) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-labelledby="caption">
        <table>
        <caption id="caption">The latest competition first. Dates are UTC.</caption>
        <thead><tr><th scope="col">Tournament</th><th scope="col">Kind</th><th scope="col">Status</th><th scope="col">Registration</th><th scope="col">Competition</th><th scope="col" class="number">Miners</th><th scope="col">Winner</th></tr></thead>
        <tbody>
        {Html.Join(found.Tournaments.Select(Row))}
        </tbody>
        </table>
        </div>
        """);

    private static Html Row(ListedTournament listed)
    {
        var (one, schedule) = (listed.Tournament, listed.Tournament.Schedule);
        return Html.Of($"""
            <tr><th scope="row"><a href="{PathOf(one.TournamentId)}"><bdi>{one.Name}</bdi></a></th><td>{ContractWord.Of(one.ImageType)}</td><td>{TournamentWords.Status(one)}</td><td>{TournamentWords.Days(schedule.RegistrationStart, schedule.RegistrationEnd)}</td><td>{TournamentWords.Days(schedule.CompetitionStart, schedule.CompetitionEnd)}</td><td class="number">{listed.Miners} of {one.MaxParticipants}</td><td>{Winner(one)}</td></tr>

            """);
    }

    private static Html Winner(Tournament one) => one.WinnerHotkey is { } winner
        ? Html.Of($"<bdi>{winner}</bdi>{(one.BaselineBeaten ? ", beat the baseline" : "")}")
        : Html.Of($"{(one.Status == TournamentStatus.Completed ? "nobody" : "–")}");

    private static Html Link(int page, string words) => Html.Of($"<a href=\"/tournaments?page={page}\">{words}</a> ");
}
