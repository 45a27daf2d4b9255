namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>The command lines of all processes of this machine; a dead one has none.</summary>
internal static class CommandLines
{
    internal static bool Any(string text) => Directory.EnumerateDirectories("/proc").Any(folder => Of(folder).Contains(text, StringComparison.Ordinal));

    private static string Of(string folder)
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) ? File.ReadAllText(Path.Combine(folder, "cmdline")) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";   // it ended meanwhile
        }
    }
}
