using Agon.Domain.Health;
using Agon.Launchers.Local;
using Agon.Server.Jobs;
using Agon.Storage;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Health;

/// <summary>Whether this server can do its work: looked at no more than once a second, however many ask, and answered in time.</summary>
internal sealed class Readiness : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Database database;
    private readonly JobObservations jobs;
    private readonly LocalLauncher launcher;
    private readonly ServerSettings settings;
    private readonly JobOptions options;
    private readonly Drain drain;
    private readonly TimeProvider clock;
    private readonly BoundedCheck[] checks;
    private readonly SemaphoreSlim asking = new(1);
    private IReadOnlyList<Finding>? last;
    private long lastAt;

    public Readiness(
        Database database, JobObservations jobs, LocalLauncher launcher, ServerSettings settings, IOptions<JobOptions> options,
        Drain drain, TimeProvider clock, ILogger<Readiness> logger)
    {
        (this.database, this.jobs, this.launcher, this.settings, this.drain, this.clock) = (database, jobs, launcher, settings, drain, clock);
        this.options = options.Value;
        (string Name, Func<CancellationToken, Task<Finding>> Look)[] looks =
        [
            ("database", LookAtDatabaseAsync),
            ("migrations", LookAtMigrationsAsync),
            ("writes", LookAtWritesAsync),
            ("disk", LookAtDisksAsync),
            ("runner", LookAtRunnerAsync),
            ("devices", LookAtDevicesAsync),
        ];
        checks = [.. looks.Select(look => new BoundedCheck(look.Name, look.Look, clock, logger))];
    }

    /// <summary>What is found, at most a second old.</summary>
    public async Task<IReadOnlyList<Finding>> AskAsync(CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (last is null || clock.GetElapsedTime(lastAt) >= Fresh)
                (last, lastAt) = (await Task.WhenAll(checks.Select(check => check.AskAsync())), clock.GetTimestamp());
            return [.. last, Stopping()];
        }
        finally
        {
            asking.Release();
        }
    }

    private Finding Stopping() => drain.Begun.IsCancellationRequested
        ? new Finding("stopping", FindingStatus.Problem, "the server is shutting down")
        : new Finding("stopping", FindingStatus.Ok, "the server is up");

    private async Task<Finding> LookAtDatabaseAsync(CancellationToken cancellationToken)
    {
        await database.AnswerAsync(cancellationToken);
        return new Finding("database", FindingStatus.Ok, "it answers");
    }

    private async Task<Finding> LookAtMigrationsAsync(CancellationToken cancellationToken) =>
        HealthRules.Migrations((await database.MissingMigrationsAsync(cancellationToken)).Count);

    private async Task<Finding> LookAtWritesAsync(CancellationToken cancellationToken)
    {
        await database.TakeWriteAsync(cancellationToken);
        return new Finding("writes", FindingStatus.Ok, "the database takes them");
    }

    private Task<Finding> LookAtDisksAsync(CancellationToken cancellationToken) => Task.FromResult(
        new[] { settings.DataFolder, Path.GetTempPath() }.OfType<string>().Where(Directory.Exists)
            .Select(folder => HealthRules.Disk("disk", new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace, folder))
            .MaxBy(finding => finding.Status)!);

    // The runners that wait for jobs have probed their sandbox: nobody else needs to.
    private Task<Finding> LookAtRunnerAsync(CancellationToken cancellationToken) => Task.FromResult((options.MaxWorkers, launcher.LastStart) switch
    {
        (0, _) => new Finding("runner", FindingStatus.Ok, "this server runs no jobs"),
        (_, null) => new Finding("runner", FindingStatus.Warning, "no runner has been started yet"),
        (_, { Isolation: { } isolation }) => HealthRules.Sandbox(isolation, settings.TrustAllSubmitters) with { Name = "runner" },
        _ => new Finding("runner", FindingStatus.Problem, "the runner does not start, so nothing runs"),
    });

    // Not this server's fault: it takes entries in all the same, and they wait.
    private async Task<Finding> LookAtDevicesAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var unserved = await jobs.UnservedDevicesAsync(now, now - options.Lease, cancellationToken);
        return unserved.Count == 0
            ? new Finding("devices", FindingStatus.Ok, "every open leaderboard's devices are connected")
            : new Finding("devices", FindingStatus.Warning, $"no machine offers {string.Join(", ", unserved.Take(10))}, so entries for it wait");
    }

    public void Dispose() => asking.Dispose();
}
