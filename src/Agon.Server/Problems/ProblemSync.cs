using System.Data.Common;
using Agon.Contracts.Problems;
using Agon.Storage.Leaderboards;

namespace Agon.Server.Problems;

/// <summary>Brings leaderboards in line with a folder of problems: first a plan, which changes nothing, then its steps.</summary>
public sealed class ProblemSync(LeaderboardStore leaderboards, TimeProvider clock)
{
    /// <summary>What a sync of this folder would do now.</summary>
    /// <param name="folder">As <see cref="ProblemSet.Read"/> takes it.</param>
    /// <param name="root">As <see cref="ProblemSet.Read"/> takes it.</param>
    /// <param name="force">Whether a changed harness, reference or list of benchmarks replaces the old one.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ProblemFileException">The folder holds no problems.</exception>
    public Task<IReadOnlyList<SyncStep>> PlanAsync(string folder, string? root, bool force, CancellationToken cancellationToken) =>
        PlanAsync(ProblemSet.Read(folder, root), force, cancellationToken);

    private async Task<IReadOnlyList<SyncStep>> PlanAsync(IReadOnlyList<SetProblem> problems, bool force, CancellationToken cancellationToken)
    {
        var steps = new List<SyncStep>();
        foreach (var problem in problems)
        {
            var existing = problem is SetProblem.Found ? await leaderboards.FindAsync(problem.Name, cancellationToken) : null;
            steps.Add(SyncRules.Next(problem, existing, force, clock.GetUtcNow()));
        }
        return steps;
    }

    /// <summary>As <see cref="PlanAsync(string, string?, bool, CancellationToken)"/>, for one competition file, and with a visibility for what is new.</summary>
    /// <param name="folder">Holds competition files.</param>
    /// <param name="only">The file's name without its ending; null takes all.</param>
    /// <param name="force">As there.</param>
    /// <param name="visibility">Of new leaderboards; existing ones keep theirs.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ProblemFileException">The folder holds no problems.</exception>
    public async Task<IReadOnlyList<SyncStep>> PlanSetAsync(string folder, string? only, bool force, string visibility, CancellationToken cancellationToken)
    {
        var steps = await PlanAsync(ProblemSet.Read(folder, root: null, only), force, cancellationToken);
        return [.. steps.Select(step => step is SyncStep.Create create ? new SyncStep.Create(create.Leaderboard with { Visibility = visibility }) : step)];
    }

    /// <summary>What a sync of this folder would do where there are no leaderboards yet.</summary>
    /// <inheritdoc cref="PlanAsync(string, string?, bool, CancellationToken)"/>
    public static IReadOnlyList<SyncStep> PlanAnew(string folder, string? root, DateTimeOffset now) =>
        [.. ProblemSet.Read(folder, root).Select(problem => SyncRules.Next(problem, existing: null, force: false, now))];

    /// <summary>Carries a plan out, each step for itself: one that fails is reported and the rest goes on.</summary>
    public async Task<SyncView> ApplyAsync(IReadOnlyList<SyncStep> plan, CancellationToken cancellationToken)
    {
        var errors = new List<SyncErrorView>();
        foreach (var step in plan)
        {
            try
            {
                if (step is SyncStep.Create { Leaderboard: var created } && !await leaderboards.TryCreateAsync(created, cancellationToken))
                    errors.Add(new SyncErrorView { Name = step.Name, Error = "a leaderboard of this name was made meanwhile; sync again" });
                else if (step is SyncStep.Update { Leaderboard: var updated })
                    await leaderboards.SaveAsync(updated, cancellationToken);
            }
            catch (DbException error)
            {
                errors.Add(new SyncErrorView { Name = step.Name, Error = error.Message });
            }
        }
        return View([.. plan.Where(step => errors.All(error => error.Name != step.Name))], errors);
    }

    /// <summary>A plan as its result would be shown.</summary>
    public static SyncView View(IReadOnlyList<SyncStep> plan, IReadOnlyList<SyncErrorView> errors) => new()
    {
        Created = [.. plan.OfType<SyncStep.Create>().Select(step => step.Name)],
        Updated = [.. plan.OfType<SyncStep.Update>().Select(step => step.Name)],
        Skipped = [.. plan.OfType<SyncStep.Skip>().Select(step => new SyncSkippedView { Name = step.Name, Reason = step.Reason })],
        Errors = errors,
    };
}
