using System.Text.Json.Serialization;
using Agon.Contracts.Runs;

namespace Agon.Contracts.Submissions;

/// <summary>Data of a <c>queued</c> event.</summary>
public sealed record QueuedEventView
{
    public required string Gpu { get; init; }

    /// <summary>1 is next; null in a long queue, where who watches is told soon after.</summary>
    public required int? Position { get; init; }

    /// <summary>How many jobs go before, if nobody hands in anything else; null as the position.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Ahead { get; init; }

    /// <summary>How many jobs wait for the device; null as the position.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Of { get; init; }

    /// <summary>Null where it cannot be told: nothing was measured yet, or nobody offers the device.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitView? Wait { get; init; }

    /// <summary>Why it waits once more, where it had begun. Null the first time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Again { get; init; }
}

/// <summary>How long a job will wait for its start, in seconds.</summary>
public sealed record WaitView
{
    /// <summary>As likely less as more.</summary>
    public required double P50 { get; init; }

    /// <summary>In nine of ten cases at most.</summary>
    public required double P90 { get; init; }
}

/// <summary>Data of a <c>phase</c> event.</summary>
public sealed record PhaseEventView
{
    public required string Gpu { get; init; }

    /// <summary>Of a secret run only its start is told, as phase "secret".</summary>
    public required string Phase { get; init; }

    /// <summary>started, passed or failed.</summary>
    public required string State { get; init; }

    /// <summary>1 to 3: which attempt at the job this is.</summary>
    public required int Attempt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }
}

/// <summary>Data of a <c>log</c> event.</summary>
public sealed record LogEventView
{
    public required string Gpu { get; init; }
    public required string Line { get; init; }
}

/// <summary>Data of a <c>result</c> event: the report of a public run.</summary>
public sealed record ResultEventView
{
    public required string Gpu { get; init; }

    /// <summary>Seconds; null if there is none.</summary>
    public required double? Score { get; init; }
    public required FullResult Result { get; init; }
}

/// <summary>Data of the <c>done</c> event, written in the transaction that ends the submission.</summary>
public sealed record DoneEventView
{
    public required string Status { get; init; }
    public required string? Error { get; init; }
}

/// <summary>Data of a <c>status</c> event, which has no id: it keeps a quiet stream open (contract section 2.3).</summary>
public sealed record StatusEventView
{
    public string Status { get; init; } = "processing";

    /// <summary>Seconds since the submission, 2 decimals.</summary>
    public required double ElapsedTime { get; init; }
}

/// <summary>Data of the last event of a streamed submission (contract section 2.3).</summary>
public sealed record StreamResultView
{
    public string Status { get; set; } = "success";

    /// <summary>For each device the public run and, in leaderboard mode, the secret one, of which only is told what passed.</summary>
    public required IReadOnlyList<FullResult> Results { get; init; }

    /// <summary>One text for each of <see cref="Results"/>.</summary>
    public required IReadOnlyList<string> Reports { get; init; }
}

/// <summary>Data of an <c>error</c> event, the last one where it comes (contract section 2.3).</summary>
public sealed record StreamErrorView
{
    public string Status { get; set; } = "error";
    public required string Detail { get; init; }

    /// <summary>What the status of the answer would be; none where the submission was called off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StatusCode { get; init; }
}
