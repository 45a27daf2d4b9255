using System.Globalization;

namespace Agon.Soak;

/// <summary>What is asked of the soak.</summary>
/// <param name="Kills">How many kills count on each database: a job was in flight, and a POST unanswered.</param>
/// <param name="Pauses">How often the worker or the server is stopped past its lease.</param>
/// <param name="Databases">For each one whether it is PostgreSQL.</param>
/// <param name="Seed">Of the choice of victims and moments.</param>
/// <param name="Away">How long a killed database stays away at most.</param>
/// <param name="Lease">Of the jobs.</param>
/// <param name="Check">What keeps the late results of the worker out.</param>
internal sealed record SoakOptions(int Kills, int Pauses, IReadOnlyList<bool> Databases, int Seed, TimeSpan Away, TimeSpan Lease, LeaseCheck Check)
{
    public const string Usage = """
        agon-soak [--kills N] [--pauses N] [--database sqlite|postgres|both] [--seed N] [--away SECONDS] [--lease SECONDS]
                  [--without-doubt | --without-lease-check]

        Drives agon serve, agon worker, their runners and a durable PostgreSQL with a stream of submissions, kills them
        at random moments (kill -9), stops worker and server past their leases, and compares every submission with its runs.
        Exit code 0: none lost, none twice, none stuck, each attempt accounted for; 1: not so; 130 or 143: ended by Ctrl-C
        or SIGTERM, with all that it had started.

          --kills N              kills on each database at which a job was in flight and a POST unanswered (25)
          --pauses N             times that the worker or the server, in turn, is stopped past its lease (a tenth of the kills, at least 1)
          --database D           sqlite, postgres or both at once (both)
          --seed N               of the victims and moments (1)
          --away SECONDS         how long a killed database stays away at most (2)
          --lease SECONDS        of the jobs: longer on a machine that is busy with other things (15)
          --without-doubt        the worker takes every lease for good, and the database refuses what comes late
          --without-lease-check  nor does the database refuse it: the soak has to fail

        examples:
          ./test soak --kills 300
          ./test soak --kills 20 --database postgres --away 30
        """;

    public static SoakOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new SoakOptions(25, -1, [false, true], 1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15), LeaseCheck.Both);
        for (var n = 0; n < arguments.Count; n++)
        {
            if (arguments[n] == "--without-lease-check")
                options = options with { Check = LeaseCheck.None };
            else if (arguments[n] == "--without-doubt")
                options = options with { Check = LeaseCheck.ByDatabaseAlone };
            else if (++n < arguments.Count && With(options, arguments[n - 1], arguments[n]) is { } changed)
                options = changed;
            else
                return null;
        }
        return options.Pauses >= 0 ? options : options with { Pauses = Math.Max(1, options.Kills / 10) };
    }

    private static SoakOptions? With(SoakOptions options, string name, string value) => (name, Whole(value)) switch
    {
        ("--kills", { } number) => options with { Kills = number },
        ("--pauses", { } number) => options with { Pauses = number },
        ("--seed", { } number) => options with { Seed = number },
        ("--away", { } number) => options with { Away = TimeSpan.FromSeconds(number) },
        ("--lease", > 5 and var number) => options with { Lease = TimeSpan.FromSeconds(number) },
        ("--database", null) when value == "sqlite" => options with { Databases = [false] },
        ("--database", null) when value == "postgres" => options with { Databases = [true] },
        ("--database", null) when value == "both" => options with { Databases = [false, true] },
        _ => null,
    };

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What keeps a late result out: the worker, which doubts its lease in time and ends its runner, and the database, which refuses to write it.</summary>
internal enum LeaseCheck
{
    Both,
    ByDatabaseAlone,
    None,
}

/// <summary>What came of it.</summary>
internal sealed record Tally(int Passed, int Failed);
