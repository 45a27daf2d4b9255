using System.Globalization;

namespace Agon.Fuzz;

/// <summary>What is asked of the fuzz.</summary>
/// <param name="Inputs">How many inputs, over all targets.</param>
/// <param name="Seed">Of every input: the same seed makes the same ones.</param>
/// <param name="Only">A part of the names of the targets to run; null runs all.</param>
internal sealed record FuzzOptions(int Inputs, int Seed, string? Only)
{
    public const string Usage = """
        agon-fuzz [--inputs N] [--seed S] [--only WORDS]

        Feeds every reader and every route with inputs, most of them valid ones with changes. A reader either reads
        its input or refuses it in its own words; a route answers without a 5xx, and refuses in the shape of every error.
        Exit code 0: all of them did, none took too long or too much memory, nothing was logged as an error and memory
        did not grow; 1: not so. A fault is told with its seed and the smallest input that shows it.

          --inputs N    how many, over all targets (100000)
          --seed S      of the inputs (1)
          --only WORDS  only the targets whose names hold these words

        Requests go to two servers, one on SQLite and one on PostgreSQL if AGON_PG, an Npgsql string, is set.

        examples:
          ./test fuzz
          ./test fuzz --inputs 10000 --seed 7
          ./test fuzz --only "POST /user/join"
        """;

    public static FuzzOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new FuzzOptions(100_000, 1, Only: null);
        for (var n = 0; n < arguments.Count; n += 2)
        {
            if (n + 1 == arguments.Count || With(options, arguments[n], arguments[n + 1]) is not { } changed)
                return null;
            options = changed;
        }
        return options;
    }

    private static FuzzOptions? With(FuzzOptions options, string name, string value) => (name, Whole(value)) switch
    {
        ("--inputs", > 0 and { } number) => options with { Inputs = number },
        ("--seed", { } number) => options with { Seed = number },
        ("--only", _) => options with { Only = value },
        _ => null,
    };

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
