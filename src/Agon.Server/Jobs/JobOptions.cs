using System.ComponentModel.DataAnnotations;

namespace Agon.Server.Jobs;

/// <summary>How jobs are run here: section <c>Jobs</c> of the settings.</summary>
internal sealed class JobOptions : IValidatableObject
{
    public const string Section = "Jobs";

    /// <summary>How long a worker may stay silent before its job is given to another. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a lease is renewed; under a third of it, so that one lost try does no harm. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often jobs of lost workers are looked for. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RescueEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often this machine looks for work that another one brought. Default 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Workers that stay (contract section 11). Default 2.</summary>
    [Range(0, 1000)]
    public int MinWorkers { get; init; } = 2;

    /// <summary>Workers at most; 0 runs no job here. Default 24.</summary>
    [Range(0, 1000)]
    public int MaxWorkers { get; init; } = 24;

    /// <summary>When a worker without work leaves, if more than <see cref="MinWorkers"/> remain. Default 120 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan IdleExit { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How many tests, of every kind, run for how many ranked ones where both wait for a device. Default 1.</summary>
    [Range(1, 1000)]
    public int TestWeight { get; init; } = 1;

    /// <summary>How many ranked jobs; an entry has two, a public one and a secret one. Default 2.</summary>
    [Range(1, 1000)]
    public int RankedWeight { get; init; } = 2;

    /// <summary>The name under which this machine's slots are kept: one machine, one name. Default: the host's.</summary>
    [Required, MaxLength(200)]
    public string Machine { get; init; } = Environment.MachineName;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (HeartbeatEvery * 3 >= Lease)
            yield return new ValidationResult($"{Section}:{nameof(HeartbeatEvery)} ({HeartbeatEvery}) must be less than a third of {Section}:{nameof(Lease)} ({Lease})");
        if (MinWorkers > MaxWorkers)
            yield return new ValidationResult($"{Section}:{nameof(MinWorkers)} ({MinWorkers}) must not be more than {Section}:{nameof(MaxWorkers)} ({MaxWorkers})");
        if (MinWorkers == 0 && MaxWorkers > 0)
            yield return new ValidationResult($"{Section}:{nameof(MinWorkers)} is 0, so nobody would look for work; set it to 1 or more, or {nameof(MaxWorkers)} to 0");
    }
}
