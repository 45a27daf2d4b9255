using System.CommandLine;
using System.Globalization;
using Agon.Cli.Http;
using Agon.Cli.Servers;
using Agon.Cli.Storage;
using Agon.Domain.Tournaments;
using Agon.Server;
using Agon.Server.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>The flags that the contract's commands share (1.7), and the desk that they work at.</summary>
internal sealed class TournamentFlags
{
    public Option<string?> TournamentId { get; } = new("--tournament-id") { Description = "The tournament", HelpName = "ID" };

    public Option<string?> ImageType { get; } = new("--image-type") { Description = "analytics or ml", HelpName = "TYPE" };

    public Option<string?> TestDate { get; } = new("--test-date") { Description = "Stands in for today, YYYY-MM-DD. Default: the UTC date", HelpName = "DATE" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Print what would happen, and change nothing" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON" };

    public Option<string?> Data { get; } = DataOption.Create();

    public Option<string?> Url { get; } = new("--url") { Description = "A server to do it over HTTP, instead of on the data", HelpName = "URL" };

    /// <summary>The server, if one is named; null: on the data.</summary>
    /// <exception cref="CommandFailure">Data is named, too, or what only the data can do.</exception>
    public TournamentClient? ClientOf(Shell shell, ParseResult parsed)
    {
        if (parsed.GetValue(Url) is not { } url)
            return null;
        foreach (var (option, isGiven) in new (Option, bool)[] { (Data, parsed.GetValue(Data) is not null), (DryRun, parsed.GetValue(DryRun)), (TestDate, parsed.GetValue(TestDate) is not null) })
        {
            if (isGiven)
                throw CommandFailure.Usage($"{option.Name} works on the data, and --url goes to a server; give one of both");
        }
        return new TournamentClient(ServerOption.Connect(shell, url), shell.Variable("REGISTRATION_API_KEY") ?? ParticipantFile.OfAgon(shell).RegistrationKey);
    }

    public ImageType? TypeOf(ParseResult parsed) => parsed.GetValue(ImageType) is not { } word
        ? null
        : ContractWord.Parse<ImageType>(word) ?? throw CommandFailure.Usage($"--image-type is '{word}'; it is {ContractWord.All<ImageType>().Replace(", ", " or ", StringComparison.Ordinal)}");

    public ImageType RequiredTypeOf(ParseResult parsed) => TypeOf(parsed) ?? throw CommandFailure.Usage("name the kind: --image-type analytics, or ml");

    public Guid? IdOf(ParseResult parsed) => parsed.GetValue(TournamentId) is not { } text
        ? null
        : Guid.TryParseExact(text, "D", out var id) ? id : throw CommandFailure.Usage($"--tournament-id is '{text}', which is no UUID");

    public Guid RequiredIdOf(ParseResult parsed) => IdOf(parsed) ?? throw CommandFailure.Usage("name the tournament: --tournament-id ID; 'agon tournament list' shows them");

    public DateOnly TodayOf(Shell shell, ParseResult parsed) =>
        DateOf(parsed, TestDate) ?? DateOnly.FromDateTime(shell.Clock.GetUtcNow().UtcDateTime);

    public static DateOnly? DateOf(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text
        ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw CommandFailure.Usage($"{option.Name} is '{text}', which is no date YYYY-MM-DD");

    /// <summary>For a command that changes something, unless it is a dry run.</summary>
    public Task<TournamentDesk> OpenAsync(Shell shell, ParseResult parsed, CancellationToken cancellationToken) =>
        OpenAsync(shell, parsed.GetValue(Data), parsed.GetValue(DryRun) ? DeskUse.Read : DeskUse.Change, cancellationToken);

    /// <summary>For a command that shows something.</summary>
    public Task<TournamentDesk> ReadAsync(Shell shell, ParseResult parsed, CancellationToken cancellationToken) =>
        OpenAsync(shell, parsed.GetValue(Data), DeskUse.Read, cancellationToken);

    /// <exception cref="CommandFailure">There is nothing to read, a setting is wrong, or the database's address is none.</exception>
    public static async Task<TournamentDesk> OpenAsync(Shell shell, string? data, DeskUse use, CancellationToken cancellationToken)
    {
        var settings = ServerCommands.Settings(shell, data, trust: false);
        var place = new DataPlace(settings.DataFolder!, settings.DatabaseUrl);
        // Tells an address that cannot be read before anything is built on it.
        await using (use == DeskUse.Read ? await place.OpenToReadAsync(cancellationToken) : place.Open())
        {
        }
        try
        {
            return await TournamentDesk.OpenAsync(settings, shell.Clock, use, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or Microsoft.Extensions.Options.OptionsValidationException || ServerCommands.IsOfWrongKind(error))
        {
            throw new CommandFailure(ExitCode.Usage, $"a setting is wrong: {WrongSetting.Tell(error) ?? error.Message}", error);
        }
    }

    public static CommandFailure NoSuchTournament(Guid id) => CommandFailure.Refused($"there is no tournament {id}; 'agon tournament list' shows those there are");
}
