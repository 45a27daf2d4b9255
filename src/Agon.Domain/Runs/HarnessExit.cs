namespace Agon.Domain.Runs;

/// <summary>Exit codes with a meaning (contract section 8.3).</summary>
public static class HarnessExit
{
    public const int Success = 0;
    public const int CudaFailure = 110;
    public const int ValidationFailed = 112;

    /// <summary>Set by us: the harness did not end in time.</summary>
    public const int TimedOut = 114;

    /// <summary>Whether the harness did its work, however the entry fared.</summary>
    public static bool IsSuccess(int code) => code is Success or ValidationFailed;
}
