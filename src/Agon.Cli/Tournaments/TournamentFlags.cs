using System.CommandLine;
using System.Globalization;
using Agon.Cli.Servers;
using Agon.Cli.Storage;
using Agon.Domain.Tournaments;
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

    public Task<TournamentDesk> OpenAsync(Shell shell, ParseResult parsed, CancellationToken cancellationToken) =>
        OpenAsync(shell, parsed.GetValue(Data), isPlay: false, cancellationToken);

    public static async Task<TournamentDesk> OpenAsync(Shell shell, string? data, bool isPlay, CancellationToken cancellationToken)
    {
        var settings = ServerCommands.Settings(shell, data, trust: false);
        // Tells an address that cannot be read before anything is built on it.
        await using (DataOption.Find(shell, data).Open())
        {
        }
        try
        {
            return await TournamentDesk.OpenAsync(settings, shell.Clock, isPlay, cancellationToken);
        }
        catch (Exception error) when (error is InvalidDataException or Microsoft.Extensions.Options.OptionsValidationException || ServerCommands.IsOfWrongKind(error))
        {
            throw new CommandFailure(ExitCode.Usage, $"a setting is wrong: {error.Message}", error);
        }
    }

    public static CommandFailure NoSuchTournament(Guid id) => CommandFailure.Refused($"there is no tournament {id}; 'agon tournament list' shows those there are");
}
