namespace Agon.Cli.Submissions;

/// <summary>Scores for people: four digits and the unit that fits.</summary>
internal static class ScoreText
{
    public static string Of(double seconds) => seconds switch
    {
        >= 1 => $"{Digits(seconds)} s",
        >= 1e-3 => $"{Digits(seconds * 1e3)} ms",
        >= 1e-6 => $"{Digits(seconds * 1e6)} µs",
        _ => $"{Digits(seconds * 1e9)} ns",
    };

    private static string Digits(double number) => number switch
    {
        >= 1000 => $"{number:0}",
        >= 100 => $"{number:0.0}",
        >= 10 => $"{number:0.00}",
        _ => $"{number:0.000}",
    };
}
