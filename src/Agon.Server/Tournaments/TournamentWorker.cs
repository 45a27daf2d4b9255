using System.Data.Common;
using System.Globalization;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Server.Jobs;
using Agon.Storage;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>
/// Takes one run through its life: 1. claim it and its machine, 2. wait until the last job there has ended, 3. make it, with heartbeats beside
/// it, 4. record. It may die between any two lines: the lease runs out, and the run is made again.
/// </summary>
internal sealed partial class TournamentWorker(
    TournamentRunStore runs, Func<CancellationToken, Task<MakeRun>> maker, IOptions<JobOptions> jobs, DatabaseOutage outage, TimeProvider clock, ILogger<TournamentWorker> logger)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"{jobs.Value.Machine}/{OwnTraces.Owner}/{Guid.NewGuid():N}");
    private MakeRun? make;

    /// <summary>Queues the runs again whose workers fell silent.</summary>
    public async Task RescueAsync(CancellationToken cancellationToken)
    {
        if (await runs.RescueAsync(Machine, IsGone, clock.GetUtcNow(), cancellationToken) is > 0 and var count)
            LogRescued(count);
    }

    /// <summary>Under which name runs are made here.</summary>
    public string Machine => jobs.Value.Machine;

    // A process of this machine may be asleep beside one that would start here; one that has ended has taken its participant with it, and this one
    // has ended its own before it looks.
    private bool IsGone(string worker) =>
        worker == name || !(worker.StartsWith($"{Machine}/", StringComparison.Ordinal) && worker[(Machine.Length + 1)..].Split('/') is [var owner, _] && OwnTraces.IsOwnerAlive(owner));

    /// <summary>Makes the run whose turn it is. False: there is none for this machine now.</summary>
    /// <param name="tournamentId">Only of that tournament; null for any.</param>
    /// <param name="stopping">Hands the run back unharmed.</param>
    public async Task<bool> RunNextAsync(Guid? tournamentId, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        // Once a process: it finds out what this machine's sandbox holds.
        make ??= await maker(stopping);
        var now = clock.GetUtcNow();
        var until = now + jobs.Value.Lease;
        if (await runs.ClaimAsync(name, jobs.Value.Machine, tournamentId, now, until, CancellationToken.None) is not { } lease)
            return false;
        var handling = new LeaseHandling(
            (at, end, token) => runs.RenewAsync(lease, at, end, token), () => LogLost(lease.RunId, lease.Attempt),
            outage.Or(error => LogMissed(lease.RunId, error)));
        await using var keeper = new LeaseKeeper(handling, until, jobs.Value, clock);
        await HoldAsync(lease, keeper, stopping);
        return true;
    }

    private async Task HoldAsync(RunLease lease, LeaseKeeper keeper, CancellationToken stopping)
    {
        using var sure = CancellationTokenSource.CreateLinkedTokenSource(keeper.Lost, stopping);
        try
        {
            if (await runs.DescribeAsync(lease, sure.Token) is { } task)
                await HoldAsync(lease, task, keeper, sure.Token, stopping);
            else
                keeper.Lose();
        }
        catch (OperationCanceledException) when (keeper.IsLost)
        {
            // Somebody else has it by now.
        }
    }

    private async Task HoldAsync(RunLease lease, RunTask task, LeaseKeeper keeper, CancellationToken sure, CancellationToken stopping)
    {
        var type = task.Tournament.ImageType;
        try
        {
            while (!await runs.BeginAsync(lease, type, clock.GetUtcNow(), sure))
                await Task.Delay(LookAgain, clock, sure);
            LogStarted(lease.RunId, task.Run.Hotkey, task.Run.Slot.Network, task.Run.Slot.WindowDays, lease.Attempt);
            var result = await make!(task, sure);
            if (await InsistAsync(keeper, () => runs.RecordAsync(lease, task, result, clock.GetUtcNow(), CancellationToken.None)))
                LogEnded(lease.RunId, task.Run.Hotkey, ContractWord.Of(result.Status), result.ExecutionTimeSeconds);
            else
                keeper.Lose();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !keeper.IsLost)
        {
            await InsistAsync(keeper, () => TrueAfter(runs.ReleaseAsync(lease, type, clock.GetUtcNow(), CancellationToken.None)));
            throw;
        }
        catch (Exception error) when ((error is not OperationCanceledException || !sure.IsCancellationRequested) && !Patience.IsAway(error))
        {
            // Ours, whatever it was; the others' runs must not go with it.
            LogFault(lease.RunId, task.Run.Hotkey, lease.Attempt, error);
            var reason = error is PlatformFaultException ? error.Message : $"the worker failed: {error.GetType().Name}";
            await InsistAsync(keeper, () => TrueAfter(runs.FailAttemptAsync(lease, type, reason, clock.GetUtcNow(), CancellationToken.None)));
        }
    }

    private static async Task<bool> TrueAfter(Task work)
    {
        await work;
        return true;
    }

    // Every write is refused that comes after the lease, so insisting is harmless; what the database will never take is no use to insist on.
    private Task<bool> InsistAsync(LeaseKeeper keeper, Func<Task<bool>> write)
    {
        keeper.Conclude();
        return Patience.WithAsync(clock, () => keeper.Left <= TimeSpan.Zero, async () =>
        {
            try
            {
                return await write();
            }
            catch (DbException error) when (!DatabaseFault.IsAway(error))
            {
                throw new InvalidOperationException("the database refuses what was to be recorded", error);
            }
        }, CancellationToken.None);
    }

    [LoggerMessage(610, LogLevel.Warning, "The lease of tournament run {RunId}, attempt {Attempt}, is lost; its participant is ended and nothing is recorded")]
    private partial void LogLost(Guid runId, int attempt);

    [LoggerMessage(611, LogLevel.Warning, "A heartbeat of tournament run {RunId} was missed")]
    private partial void LogMissed(Guid runId, Exception error);

    [LoggerMessage(600, LogLevel.Information, "Tournament run {RunId} of {Hotkey} on {Network}, {WindowDays} days, started, attempt {Attempt}")]
    private partial void LogStarted(Guid runId, string hotkey, string network, int windowDays, int attempt);

    [LoggerMessage(601, LogLevel.Information, "Tournament run {RunId} of {Hotkey} ended: {Status} after {Seconds:F3} s")]
    private partial void LogEnded(Guid runId, string hotkey, string status, double seconds);

    [LoggerMessage(602, LogLevel.Error, "Tournament run {RunId} of {Hotkey} failed of us, attempt {Attempt}; it is tried again and costs nobody anything")]
    private partial void LogFault(Guid runId, string hotkey, int attempt, Exception error);

    [LoggerMessage(603, LogLevel.Warning, "{Count} tournament runs of silent workers were taken back")]
    private partial void LogRescued(int count);
}
