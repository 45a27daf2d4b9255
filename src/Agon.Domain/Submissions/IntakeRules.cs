using System.Text;
using Agon.Domain.Accounts;
using Agon.Domain.Leaderboards;

namespace Agon.Domain.Submissions;

/// <summary>What was sent: still to be judged.</summary>
/// <param name="Mode">As in the address, any case.</param>
/// <param name="Gpu">As in the address, any case.</param>
/// <param name="FileName">As the client named it.</param>
/// <param name="Content">The file.</param>
public sealed record Upload(string Mode, string Gpu, string FileName, ReadOnlyMemory<byte> Content);

/// <summary>Whether an upload becomes a submission: all that can be known without running it (contract section 2.2).</summary>
public static class IntakeRules
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxBytes = 1_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The mode of that name in any case; the secret run's name is not one.</summary>
    public static SubmissionMode? ParseMode(string mode) => mode.ToLowerInvariant() switch
    {
        "test" => SubmissionMode.Test,
        "benchmark" => SubmissionMode.Benchmark,
        "profile" => SubmissionMode.Profile,
        "leaderboard" => SubmissionMode.Leaderboard,
        _ => null,
    };

    /// <summary>The verdict on an upload to a leaderboard that exists; the first rule that it breaks is the one it is told.</summary>
    public static IntakeOutcome Decide(Upload upload, Leaderboard leaderboard, User user, DateTimeOffset now)
    {
        if (ParseMode(upload.Mode) is not { } mode)
            return Bad($"'{upload.Mode}' is not a mode; test, benchmark, profile and leaderboard are");
        if (leaderboard.FindGpu(upload.Gpu) is not { } device)
            return Bad($"leaderboard {leaderboard.Name} does not run on '{upload.Gpu}'; it runs on {string.Join(", ", leaderboard.Gpus)}");

        if (upload.Content.IsEmpty)
            return Bad("the file is empty");
        if (upload.Content.Length > MaxBytes)
            return new IntakeOutcome.Refused(RefusalKind.TooLarge, $"the file is larger than {MaxBytes} bytes");
        if (Decode(upload.Content.Span) is not { } code)
            return Bad("the file is not UTF-8 text");
        if (code.IndexOf('\0') is >= 0 and var position)
            return Bad($"the file is not UTF-8 text: there is a NUL at character {position + 1}");

        return RefuseAfterReading(upload, code, leaderboard, user, now) is { } late ? late with { InStream = true } : new IntakeOutcome.Admitted(mode, device, code);
    }

    private static IntakeOutcome.Refused? RefuseAfterReading(Upload upload, string code, Leaderboard leaderboard, User user, DateTimeOffset now)
    {
        if (user.IsBanned)
            return new IntakeOutcome.Refused(RefusalKind.Forbidden, "you may not submit: your account is blocked");
        if (FileNameRules.Refuse(upload.FileName, leaderboard.Task.Lang) is { } wrongName)
            return Bad(wrongName);
        if (CheckDirectives(code, leaderboard) is { } wrongDirective)
            return Bad(wrongDirective);
        if (now > leaderboard.Deadline)
            return Bad($"the deadline of leaderboard {leaderboard.Name} has passed: {leaderboard.Deadline.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        return null;
    }

    // The client lower-cases names in addresses, so case cannot tell leaderboards apart here either.
    private static string? CheckDirectives(string code, Leaderboard leaderboard) => FileDirectives.Parse(code) switch
    {
        DirectivesOutcome.Wrong(var reason) => reason,
        DirectivesOutcome.Read({ Leaderboard: { } named }) when !named.Equals(leaderboard.Name, StringComparison.OrdinalIgnoreCase) =>
            $"the file is meant for leaderboard '{named}', but was sent to {leaderboard.Name}",
        _ => null,
    };

    private static string? Decode(ReadOnlySpan<byte> content)
    {
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static IntakeOutcome.Refused Bad(string reason) => new(RefusalKind.Bad, reason);
}

/// <summary>What became of an upload.</summary>
public abstract record IntakeOutcome
{
    private IntakeOutcome()
    {
    }

    /// <summary>It may run, on <paramref name="Gpu"/> as the leaderboard spells it.</summary>
    public sealed record Admitted(SubmissionMode Mode, string Gpu, string Code) : IntakeOutcome;

    /// <summary>It may not; the reason is a sentence for its author.</summary>
    public sealed record Refused(RefusalKind Kind, string Reason) : IntakeOutcome
    {
        /// <summary>Whether a client that asked for a stream is told in it: all that is decided once the file could be read.</summary>
        public bool InStream { get; init; }
    }
}

/// <summary>What kind of trouble a refusal is, from which its status code follows.</summary>
public enum RefusalKind
{
    Bad,
    TooLarge,
    Forbidden,
}
