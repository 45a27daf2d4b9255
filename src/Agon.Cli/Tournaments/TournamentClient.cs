using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agon.Cli.Http;
using Agon.Contracts;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>Tournaments on a server: what the commands print of its answers is what they print of the data.</summary>
/// <param name="http">The server.</param>
/// <param name="key">Its registration key; null for who only reads.</param>
internal sealed class TournamentClient(AgonClient http, string? key) : IDisposable
{
    private const string Place = "api/v1/tournaments";
    private const string Registration = "api/v1/registration/tournaments";
    private const string KeyHeader = "X-API-Key";
    private const int PageOfList = 100;

    public async Task<IReadOnlyList<TournamentLine>> ListAsync(ImageType? type, CancellationToken cancellationToken)
    {
        var lines = new List<TournamentLine>();
        var filter = type is { } one ? $"&image_type={ContractWord.Of(one)}" : "";
        while (true)
        {
            var page = await GetAsync($"{Place}?limit={PageOfList}&offset={lines.Count}{filter}", AgonJson.Wire.TournamentsView, cancellationToken);
            lines.AddRange(page.Tournaments.Select(TournamentLine.Of));
            if (!page.Pagination.HasMore || page.Tournaments.Count == 0)
                return lines;
        }
    }

    /// <summary>All that everybody may know of it: how often a run was tried and how far a promotion is, only its operator knows.</summary>
    public async Task<TournamentDetails> ShowAsync(Guid id, CancellationToken cancellationToken)
    {
        var tournament = await GetAsync($"{Place}/{id}", AgonJson.Wire.TournamentView, cancellationToken);
        var participants = await GetAsync($"{Place}/{id}/participants", AgonJson.Wire.ParticipantsView, cancellationToken);
        var days = await GetAsync($"{Place}/{id}/daily-metrics", AgonJson.Wire.DailyMetricsView, cancellationToken);
        return new TournamentDetails(
            TournamentLine.Of(tournament),
            EpochStatus: null,
            [.. participants.Participants.Select(ParticipantLine.Of)],
            [.. days.Days.SelectMany(RunLine.Of).OrderBy(run => run.TestDate).ThenBy(run => run.RunOrder)],
            OutcomeOf(await GetAsync($"{Place}/{id}/results", AgonJson.Wire.TournamentResultsView, cancellationToken)),
            Promotion: null,
            PromotionReason: null,
            tournament.WaitsForMachine);
    }

    /// <exception cref="CommandFailure">There are no results yet.</exception>
    public async Task<TournamentOutcomeView> OutcomeAsync(Guid id, CancellationToken cancellationToken)
    {
        var stored = await GetAsync($"{Place}/{id}/results", AgonJson.Wire.TournamentResultsView, cancellationToken);
        return OutcomeOf(stored) ?? throw CommandFailure.Refused($"the tournament is {stored.Status} and has no results yet; its server scores it when it is over");
    }

    public async Task<TournamentLine> CreateAsync(CreateTournamentRequest request, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, Registration, JsonSerializer.Serialize(request, AgonJson.Wire.CreateTournamentRequest), cancellationToken);
        return TournamentLine.Of(Read(answer, AgonJson.Wire.TournamentView));
    }

    /// <summary>Registers, and asks what was pinned. Who is registered is so, whatever becomes of that question.</summary>
    public async Task<ParticipantLine> RegisterAsync(Guid id, RegisterRequest request, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Post, $"{Registration}/{id}/participants", JsonSerializer.Serialize(request, AgonJson.Wire.RegisterRequest), cancellationToken);
        var registered = ParticipantLine.Of(Read(answer, AgonJson.Wire.RegisteredView), request.GithubRepository);
        try
        {
            var all = await GetAsync($"{Place}/{id}/participants", AgonJson.Wire.ParticipantsView, cancellationToken);
            return all.Participants.FirstOrDefault(one => one.Hotkey == request.Hotkey) is { } found ? ParticipantLine.Of(found) : registered;
        }
        catch (CommandFailure)
        {
            return registered;
        }
    }

    public Task WithdrawAsync(Guid id, string hotkey, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"api/internal/tournaments/{id}/participants/{Uri.EscapeDataString(hotkey)}", json: null, cancellationToken);

    public void Dispose() => http.Dispose();

    private static TournamentOutcomeView? OutcomeOf(TournamentResultsView stored)
    {
        if (stored.Results.Count == 0)
            return null;
        var baseline = stored.Results.FirstOrDefault(one => one.ParticipantType == ContractWord.Of(ParticipantType.Baseline));
        return new TournamentOutcomeView
        {
            WinnerHotkey = stored.WinnerHotkey,
            BaselineBeaten = stored.BaselineBeaten,
            Promotion = ContractWord.Of(TournamentScoring.Verdict(stored.WinnerHotkey is not null, stored.BaselineBeaten, baseline is { IsDisqualified: false })),
            Results = stored.Results,
        };
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => Read(await http.GetAsync(path, cancellationToken), type);

    private Task<string> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken) =>
        http.SendAsync(method, path, json, (KeyHeader, key ?? throw CommandFailure.Usage(
            "this takes the server's registration key: set REGISTRATION_API_KEY, or registration_api_key in ~/.config/agon/config.yaml")), cancellationToken);

    private static T Read<T>(string answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw CommandFailure.Platform($"the server's answer cannot be read: {error.Message}; is it an Agon of another version?", error);
        }
    }
}
