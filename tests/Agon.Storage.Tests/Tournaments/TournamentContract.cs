using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Tests.Worlds;
using Agon.Storage.Tournaments;

namespace Agon.Storage.Tests.Tournaments;

/// <summary>A baseline, tournaments, and runs that end as a test wants them to.</summary>
public abstract class TournamentContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    protected const string Machine = "here";

    protected static DateOnly FirstDay { get; } = new(2026, 3, 1);

    protected static ParticipantSource Folder(string name = "entry") => new() { Folder = $"/data/{name}", FolderHash = "abc" };

    protected static Baseline Seed(ImageType type = ImageType.Analytics, string version = "v1.0.0") => new()
    {
        BaselineId = Guid.CreateVersion7(Now),
        ImageType = type,
        Version = BaselineVersion.Parse(version)!.Value,
        GithubRepository = "https://github.com/agon/baseline",
        DockerImageTag = $"baseline_{ContractWord.Of(type)}_{version}",
        CommitHash = "0000000",
        Status = BaselineStatus.Active,
        CreatedAt = Now,
        ActivatedAt = Now,
    };

    /// <summary>A draft: registration for three days from the first one, then two days on one network and one window.</summary>
    protected async Task<Tournament> DraftAsync(ImageType type = ImageType.Analytics, int maxParticipants = 10)
    {
        if (await Baselines.ActiveAsync(type, None) is null)
            Assert.Null(await Baselines.SeedAsync(Seed(type), Folder("baseline"), None));
        var request = new NewTournament
        {
            Name = "spring",
            RegistrationStart = FirstDay,
            RegistrationEnd = FirstDay.AddDays(2),
            EpochDays = 2,
            MaxParticipants = maxParticipants,
            TestNetworks = ["torus"],
            TestWindowDays = [30],
        };
        Assert.Null(request.Refuse());
        return (await Tournaments.CreateAsync(request, type, Now, None))!;
    }

    protected Task<Registered> RegisterAsync(Tournament tournament, string hotkey, DateOnly? today = null) =>
        Participants.RegisterAsync(tournament.TournamentId, new RegistrationRequest(hotkey, "https://github.com/agon/" + hotkey), Folder(hotkey), null, null, today ?? FirstDay, Now, None);

    /// <summary>On its first competition day, with these miners.</summary>
    protected async Task<Tournament> RunningAsync(ImageType type = ImageType.Analytics, params string[] miners)
    {
        var tournament = await DraftAsync(type);
        foreach (var miner in miners)
            Assert.NotNull((await RegisterAsync(tournament, miner)).Participant);
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(3), Now, None);
        return (await StoredAsync(tournament)).Tournament;
    }

    protected async Task<StoredTournament> StoredAsync(Tournament tournament) => (await Tournaments.FindAsync(tournament.TournamentId, None))!;

    protected Task<RunLease?> ClaimAsync(string machine = Machine, DateTimeOffset? at = null) =>
        TournamentRuns.ClaimAsync($"worker-{Guid.NewGuid()}", machine, null, at ?? Now, (at ?? Now).AddSeconds(30), None);

    protected async Task<string?> MakeRunAsync(Func<RunTask, RunResult> play)
    {
        if (await ClaimAsync() is not { } lease)
            return null;
        var task = (await TournamentRuns.DescribeAsync(lease, None))!;
        Assert.True(await TournamentRuns.BeginAsync(lease, task.Tournament.ImageType, Now, None));
        Assert.True(await TournamentRuns.RecordAsync(lease, task, play(task), Now.AddSeconds(2), None));
        return task.Run.Hotkey;
    }

    protected async Task<List<string>> MakeRunsAsync(Func<RunTask, RunResult> play)
    {
        var made = new List<string>();
        while (await MakeRunAsync(play) is { } hotkey)
            made.Add(hotkey);
        return made;
    }

    protected static RunResult Right(double recall = 0.5, double seconds = 1) => new()
    {
        Status = RunStatus.Completed,
        ExecutionTimeSeconds = seconds,
        ProcessingDate = FirstDay,
        ExitCode = 0,
        DataCorrectnessPassed = true,
        Patterns = new PatternFigures
        {
            SyntheticPatternsRecall = recall,
            SyntheticPatternsExpected = 10,
            SyntheticPatternsFound = (int)(recall * 10),
            NoveltyPatternsReported = 3,
            NoveltyPatternsValidated = 2,
            NoveltyAddressesValid = true,
            NoveltyConnectionsValid = false,
            AllAddressesExist = true,
            AllConnectionsExist = true,
        },
    };

    protected static RunResult Failed() => new()
    {
        Status = RunStatus.Failed,
        ExecutionTimeSeconds = 0.5,
        ProcessingDate = FirstDay,
        ExitCode = 3,
        Error = "it ended with 3",
        LogTail = "no\0 memory",
        PeakMemoryBytes = 5_000_000_000,
    };
}
