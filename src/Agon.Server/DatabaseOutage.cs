using Agon.Storage;
using Microsoft.Extensions.Logging;

namespace Agon.Server;

/// <summary>
/// Says once for the whole process that the database is away, and once that it is back. Every loop tells what it met; none of them
/// logs that by itself, or an outage of half a minute would fill the disk and bury what is a fault of ours.
/// </summary>
internal sealed partial class DatabaseOutage(TimeProvider clock, ILogger<DatabaseOutage> logger)
{
    /// <summary>A database whose disk is full still answers questions: it is back when nobody has met a fault for so long.</summary>
    internal static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private readonly Lock access = new();
    private volatile bool isAway;
    private long awaySince;
    private long? backSince;

    /// <summary>Whether the fault is that of a database that is away (<see cref="DatabaseFault.IsAway"/>): then it is told here, and whoever met it says no more.</summary>
    public bool Explains(Exception error)
    {
        // Two that wait for each other are a fault of ours, and it has to be seen where.
        if (!DatabaseFault.IsAway(error) || DatabaseFault.IsContention(error))
            return false;
        lock (access)
        {
            backSince = null;
            if (isAway)
                return true;
            (isAway, awaySince) = (true, clock.GetTimestamp());
        }
        LogAway(Reason(error));
        return true;
    }

    /// <summary>Tells a fault that this does not explain.</summary>
    public Action<Exception> Or(Action<Exception> tell) => error =>
    {
        if (!Explains(error))
            tell(error);
    };

    /// <summary>The database answered.</summary>
    public void Over()
    {
        if (!isAway)
            return;
        TimeSpan lasted;
        lock (access)
        {
            backSince ??= clock.GetTimestamp();
            if (!isAway || clock.GetElapsedTime(backSince.Value) < Calm)
                return;
            isAway = false;
            lasted = clock.GetElapsedTime(awaySince, backSince.Value);
        }
        LogBack(lasted.TotalSeconds);
    }

    // What a driver says first, and what the system said to it.
    private static string Reason(Exception error)
    {
        var (said, cause) = (FirstLine(error), FirstLine(error.GetBaseException()));
        return said.Contains(cause, StringComparison.Ordinal) ? said : $"{said}: {cause}";
    }

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd();

    [LoggerMessage(103, LogLevel.Error, "The database is away or cannot serve ({Reason}); whatever needs it is tried again until it is back")]
    private partial void LogAway(string reason);

    [LoggerMessage(104, LogLevel.Warning, "The database is back, after {Seconds:F1} s")]
    private partial void LogBack(double seconds);
}
