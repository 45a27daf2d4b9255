using System.Text;

namespace Agon.Cli.Judging;

/// <summary>An entry on disk.</summary>
internal static class EntryFile
{
    // As the server has it (contract section 2.2).
    private const int MaxBytes = 1_000_000;

    /// <summary>Its text.</summary>
    /// <exception cref="CommandFailure">It cannot be read, or a server would not take it.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            if (file.Length is 0 or > MaxBytes)
                throw CommandFailure.Usage($"'{path}' has {file.Length} bytes; an entry has 1 to {MaxBytes}");
            using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            throw CommandFailure.Usage($"'{path}' is not UTF-8 text");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"the entry cannot be read: {error.Message}");
        }
    }
}
