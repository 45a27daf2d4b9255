using System.Globalization;

namespace Agon.Soak.Load;

/// <summary>How much load, and what it may cost.</summary>
/// <param name="Watchers">Open event streams.</param>
/// <param name="Submitters">Participants who hand in, all at once.</param>
/// <param name="Jobs">How many jobs wait in the end.</param>
/// <param name="Slow">Clients of each bad kind: slow readers, and uploads that are never finished.</param>
/// <param name="Greedy">How many requests one participant keeps open.</param>
/// <param name="Postgres">For each database whether it is PostgreSQL.</param>
/// <param name="MostMegabytes">Of the server's memory (RSS), at any moment.</param>
/// <param name="MostWait">How long a reader may wait for any one answer.</param>
internal sealed record LoadOptions(int Watchers, int Submitters, int Jobs, int Slow, int Greedy, IReadOnlyList<bool> Postgres, int MostMegabytes, TimeSpan MostWait)
{
    public const string Usage = """
        agon-soak load [--watchers N] [--submitters N] [--jobs N] [--slow N] [--greedy N] [--database sqlite|postgres|both] [--memory MB] [--wait SECONDS]

        Starts agon serve without workers, opens event streams, hands in from many at once until the queue is long, adds
        readers that take a byte a second and uploads that never end, and meanwhile asks for health, board, ranking and a
        submission; then for ten seconds only that, and for ten more beside one greedy participant. Prints how long readers waited
        each time, how the greedy one was answered, and the server's memory. Exit code 0: memory stayed below its bound, every
        reader was answered in time and never refused, every bad client was cut off, and the greedy one was refused; 1: not so.

          --watchers N     open event streams (200)
          --submitters N   participants who hand in at once (50)
          --jobs N         jobs in the queue in the end (10000)
          --slow N         slow readers, and as many unfinished uploads (20)
          --greedy N       requests that the greedy one keeps open, asking again as soon as he is answered (500)
          --database D     sqlite, postgres or both, one after the other (both)
          --memory MB      bound of the server's resident memory (500)
          --wait SECONDS   bound of a reader's wait (15)

        examples:
          ./test load
          ./test load --watchers 500 --jobs 50000 --database postgres
        """;

    public static LoadOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions(200, 50, 10_000, 20, 500, [false, true], 500, TimeSpan.FromSeconds(15));
        for (var n = 0; n < arguments.Count; n += 2)
        {
            if (n + 1 == arguments.Count || With(options, arguments[n], arguments[n + 1]) is not { } changed)
                return null;
            options = changed;
        }
        return options;
    }

    private static LoadOptions? With(LoadOptions options, string name, string value) => (name, Whole(value)) switch
    {
        ("--watchers", { } number) => options with { Watchers = number },
        ("--submitters", > 0 and { } number) => options with { Submitters = number },
        ("--jobs", { } number) => options with { Jobs = number },
        ("--slow", { } number) => options with { Slow = number },
        ("--greedy", { } number) => options with { Greedy = number },
        ("--memory", { } number) => options with { MostMegabytes = number },
        ("--wait", { } number) => options with { MostWait = TimeSpan.FromSeconds(number) },
        ("--database", null) when value == "sqlite" => options with { Postgres = [false] },
        ("--database", null) when value == "postgres" => options with { Postgres = [true] },
        ("--database", null) when value == "both" => options with { Postgres = [false, true] },
        _ => null,
    };

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
