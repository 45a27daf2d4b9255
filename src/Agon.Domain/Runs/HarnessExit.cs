namespace Agon.Domain.Runs;

/// <summary>Exit codes with a meaning (contract section 8.3).</summary>
public static class HarnessExit
{
    public const int Success = 0;
    public const int CudaFailure = 110;
    public const int ValidationFailed = 112;

    /// <summary>Set by us: the harness did not end in time.</summary>
    public const int TimedOut = 114;

    /// <summary>What a code says to a person; null where it has no meaning of its own. Signals are negative.</summary>
    public static string? MeaningOf(int code) => code switch
    {
        2 => "usage: the harness was started wrongly",
        CudaFailure => "a CUDA call failed",
        111 => "the harness found no pipe for its verdict",
        ValidationFailed => "the tests failed",
        113 => "the harness could not read its cases",
        TimedOut => "time limit",
        < 0 => $"signal {-code}",
        _ => null,
    };

    /// <summary>Whether the harness did its work, however the entry fared.</summary>
    public static bool IsSuccess(int code) => code is Success or ValidationFailed;
}
