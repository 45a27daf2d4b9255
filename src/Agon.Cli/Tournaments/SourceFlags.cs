using System.CommandLine;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Server.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>The flags that say what is run.</summary>
internal sealed class SourceFlags
{
    public Option<string?> Folder { get; } = new("--folder") { Description = "A folder with run.sh at its top; it is copied", HelpName = "DIR" };

    public Option<string?> Repository { get; } = new("--github-repository", "--repository") { Description = "A git repository", HelpName = "URL" };

    public Option<string?> Commit { get; } = new("--commit-hash", "--commit") { Description = "Its commit or branch. Default: what HEAD is now", HelpName = "COMMIT" };

    public Option<string?> Image { get; } = new("--docker-image-tag", "--image") { Description = "An image of this machine's container engine; its id is kept", HelpName = "TAG" };

    private readonly Option<string?> database = new("--miner-database-name") { Description = "Kept and unused", HelpName = "NAME" };

    /// <summary>For who registers.</summary>
    public void AddTo(Command command)
    {
        AddPlacesTo(command);
        command.Options.Add(database);
    }

    public void AddPlacesTo(Command command)
    {
        foreach (var option in (Option[])[Folder, Repository, Commit, Image])
            command.Options.Add(option);
    }

    public string? DatabaseOf(ParseResult parsed) => parsed.GetValue(database);

    /// <summary>Where it comes from, as it was given; null where nothing was.</summary>
    public string? PlaceOf(ParseResult parsed) => parsed.GetValue(Repository) ?? parsed.GetValue(Image) ?? parsed.GetValue(Folder);

    /// <summary>What a miner asks for by them.</summary>
    public RegistrationRequest RequestOf(ParseResult parsed, string hotkey) =>
        new(hotkey, parsed.GetValue(Repository), BringsImageOrFolder: parsed.GetValue(Repository) is null && PlaceOf(parsed) is not null);

    /// <summary>The same for a server.</summary>
    /// <exception cref="CommandFailure">It is a folder of this machine.</exception>
    public RegisterRequest WireOf(ParseResult parsed, string hotkey) => parsed.GetValue(Folder) is not null
        ? throw CommandFailure.Usage("--folder is on this machine, and a server cannot take it; name a repository or an image")
        : new()
        {
            Hotkey = hotkey,
            GithubRepository = parsed.GetValue(Repository),
            CommitHash = parsed.GetValue(Commit),
            DockerImageTag = parsed.GetValue(Image),
            MinerDatabaseName = parsed.GetValue(database),
        };

    /// <exception cref="CommandFailure">It cannot be taken.</exception>
    public async Task<ParticipantSource> PinAsync(ParseResult parsed, TournamentDesk desk, CancellationToken cancellationToken)
    {
        try
        {
            return await PinAsync(desk, parsed.GetValue(Repository), parsed.GetValue(Commit), parsed.GetValue(Image), parsed.GetValue(Folder), cancellationToken);
        }
        catch (SourceRefusedException error)
        {
            throw new CommandFailure(ExitCode.Refused, error.Message, error);
        }
        catch (PlatformFaultException error)
        {
            throw CommandFailure.Platform(error.Message, error);
        }
    }

    /// <summary>Pins it and has it ready, so that a server that would not go where an operator may finds it here.</summary>
    public static async Task<ParticipantSource> PinAsync(
        TournamentDesk desk, string? repository, string? commit, string? image, string? folder, CancellationToken cancellationToken)
    {
        var pinned = await desk.Sources.PinAsync(repository, commit, repository is null ? image : null, folder, cancellationToken);
        await desk.Sources.PrepareAsync(pinned, cancellationToken);
        return pinned.ToStored();
    }
}
