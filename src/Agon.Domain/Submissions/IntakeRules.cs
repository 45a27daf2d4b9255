using System.Text;
using Agon.Domain.Accounts;
using Agon.Domain.Leaderboards;

namespace Agon.Domain.Submissions;

/// <summary>What was sent: still to be judged.</summary>
/// <param name="Leaderboard">As in the address, any case.</param>
/// <param name="Mode">As in the address, any case.</param>
/// <param name="Gpu">As in the address, any case.</param>
/// <param name="FileName">As the client named it.</param>
/// <param name="Content">The file.</param>
public sealed record Upload(string Leaderboard, string Mode, string Gpu, string FileName, ReadOnlyMemory<byte> Content);

/// <summary>Who sent it.</summary>
/// <param name="User">The participant.</param>
/// <param name="ThroughBoard">Whether a web board says so, and not a command line.</param>
/// <param name="IsInvited">Whether the participant has claimed an invite to the leaderboard.</param>
/// <param name="MayBeLate">Whether an operator hands it in, for whom no deadline counts.</param>
public sealed record Submitter(User User, bool ThroughBoard = false, bool IsInvited = false, bool MayBeLate = false);

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

    /// <summary>The verdict on an upload; the first rule that it breaks is the one it is told.</summary>
    /// <param name="upload">What was sent.</param>
    /// <param name="leaderboard">The one that it names; null if there is none.</param>
    /// <param name="submitter">Who sent it.</param>
    /// <param name="isOpen">Whether operators let submissions in at all.</param>
    /// <param name="now">The time.</param>
    /// <remarks>Between "closed" and "deadline passed" comes the rate limit, which only the database can decide.</remarks>
    public static IntakeOutcome Decide(Upload upload, Leaderboard? leaderboard, Submitter submitter, bool isOpen, DateTimeOffset now)
    {
        if (ParseMode(upload.Mode) is not { } mode)
            return Bad($"'{upload.Mode}' is not a mode; test, benchmark, profile and leaderboard are");
        if (leaderboard is null)
            return new IntakeOutcome.Refused(RefusalKind.NotFound, $"there is no leaderboard '{upload.Leaderboard}'");
        if (leaderboard.FindGpu(upload.Gpu) is not { } device)
            return Bad($"leaderboard {leaderboard.Name} does not run on '{upload.Gpu}'{Devices(leaderboard, submitter)}");

        if (upload.Content.IsEmpty)
            return Bad("the file is empty");
        if (upload.Content.Length > MaxBytes)
            return new IntakeOutcome.Refused(RefusalKind.TooLarge, $"the file is larger than {MaxBytes} bytes");
        if (Decode(upload.Content.Span) is not { } code)
            return Bad("the file is not UTF-8 text");
        if (code.IndexOf('\0') is >= 0 and var position)
            return Bad($"the file is not UTF-8 text: there is a NUL at character {position + 1}");

        return RefuseAfterReading(upload, code, leaderboard, submitter, isOpen, now) is { } late ? late with { InStream = true } : new IntakeOutcome.Admitted(mode, device, code);
    }

    private static IntakeOutcome.Refused? RefuseAfterReading(
        Upload upload, string code, Leaderboard leaderboard, Submitter submitter, bool isOpen, DateTimeOffset now)
    {
        if (!isOpen)
            return Bad("no submissions are taken in at present; ask the organisers when they will be");
        if (submitter.User.IsBanned)
            return Forbidden("you may not submit: your account is blocked");
        if (FileNameRules.Refuse(upload.FileName, leaderboard.Task.Lang) is { } wrongName)
            return Bad(wrongName);
        if (CheckDirectives(code, leaderboard) is { } wrongDirective)
            return Bad(wrongDirective);
        if (!leaderboard.IsPublic && submitter.ThroughBoard)
            return Forbidden($"leaderboard {leaderboard.Name} is closed: it takes entries from the command line only");
        if (!leaderboard.IsPublic && !submitter.IsInvited)
            return Forbidden($"leaderboard {leaderboard.Name} is closed, and you have no invite to it");
        if (now > leaderboard.Deadline && !submitter.MayBeLate)
            return new IntakeOutcome.Refused(RefusalKind.Late, $"the deadline of leaderboard {leaderboard.Name} has passed: {leaderboard.Deadline.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        return null;
    }

    // What a closed leaderboard runs on is for those who may look at it.
    private static string Devices(Leaderboard leaderboard, Submitter submitter) =>
        leaderboard.IsPublic || submitter.IsInvited ? $"; it runs on {string.Join(", ", leaderboard.Gpus)}" : "";

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

    private static IntakeOutcome.Refused Forbidden(string reason) => new(RefusalKind.Forbidden, reason);

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
    NotFound,
    Late,
}
