namespace Agon.Cli.Leaderboards;

/// <summary>Columns of text, each as wide as its widest cell.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    public static IEnumerable<string> Of(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [heads, .. rows];
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
