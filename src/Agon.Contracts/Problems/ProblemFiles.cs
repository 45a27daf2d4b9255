using System.Text;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary>The files of one problem set: nothing outside its root is read, whatever a path or a link says (threats T103).</summary>
internal sealed class ProblemFiles
{
    private const int MostYamlBytes = 1_000_000;
    private const int MostSourceBytes = 10_000_000;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string root;

    private ProblemFiles(string root) => this.root = root;

    /// <summary>The set around <paramref name="folder"/>.</summary>
    /// <param name="folder">Holds task.yml or competition files.</param>
    /// <param name="root">The set's top; null takes the git top level, else <paramref name="otherwise"/> from the folder.</param>
    /// <param name="otherwise">A relative path such as <c>../..</c>.</param>
    /// <exception cref="ProblemFileException">One of the folders is not there.</exception>
    public static ProblemFiles Around(string folder, string? root, string otherwise)
    {
        try
        {
            var real = RealFolder(folder);
            return new ProblemFiles(root is null ? GitTop(real) ?? RealPath.Of(Path.Combine(real, otherwise)) : RealFolder(root));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ProblemFileException(NameOf(folder), null, $"cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Whether the folder is there, within the root.</summary>
    public bool HasFolder(string path) => Within(path) is { } real && Directory.Exists(real);

    /// <summary>Whether the file is there, within the root.</summary>
    public bool HasFile(string path) => Within(path) is { } real && File.Exists(real);

    /// <summary>The top node of a YAML file; null where it holds nothing.</summary>
    public YamlNode? ReadYaml(string path)
    {
        var name = NameOf(path);
        try
        {
            return YamlFile.Parse(name, Read(path, MostYamlBytes).TrimStart('\uFEFF'));
        }
        catch (UnusableFileException error)
        {
            throw new ProblemFileException(name, null, error.Message, error);
        }
    }

    /// <summary>A source file's text with CRLF and CR turned to LF (contract section 7.1).</summary>
    /// <exception cref="UnusableFileException">Says why, without naming the file.</exception>
    public string ReadSource(string path) => Read(path, MostSourceBytes).Replace("\r\n", "\n").Replace('\r', '\n');

    private string Read(string path, int mostBytes)
    {
        try
        {
            var real = RealPath.Of(path);
            if (!RealPath.IsWithin(real, root))
                throw new UnusableFileException("is outside the problem set's root");
            if (Directory.Exists(real))
                throw new UnusableFileException("is a folder");
            var text = StrictUtf8.GetString(ReadBytes(real, mostBytes));
            return text.Contains('\0') ? throw new UnusableFileException("holds a NUL character") : text;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UnusableFileException("does not exist", error);
        }
        catch (LinkLoopException error)
        {
            throw new UnusableFileException("has a loop of links", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new UnusableFileException("is not UTF-8 text", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UnusableFileException(error is UnauthorizedAccessException ? "may not be read by this user" : "cannot be read", error);
        }
    }

    private static byte[] ReadBytes(string real, int mostBytes)
    {
        // A pipe or a device has no length: it is never opened, because reading one could wait for ever.
        var length = new FileInfo(real).Length;
        if (length > mostBytes)
            throw new UnusableFileException($"is larger than {mostBytes / 1_000_000} MB");
        if (length == 0)
            return [];
        using var file = File.OpenRead(real);
        var bytes = new byte[length];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private string? Within(string path)
    {
        try
        {
            var real = RealPath.Of(path);
            return RealPath.IsWithin(real, root) ? real : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string RealFolder(string folder)
    {
        var real = RealPath.Of(folder);
        return folder.Length > 0 && Directory.Exists(real) ? real : throw new ProblemFileException(NameOf(folder), null, $"there is no folder {Shown(folder)}");
    }

    // In a worktree or submodule .git is a file.
    private static string? GitTop(string real)
    {
        for (var folder = real; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, ".git")))
                return folder;
        }
        return null;
    }

    private static string NameOf(string path) =>
        Path.GetFileName(path.TrimEnd('/')) is { Length: > 0 } name and not ".." and not "." ? name : path;
}

/// <summary>Why a file cannot be used, as the end of a sentence that names it.</summary>
internal sealed class UnusableFileException(string message, Exception? inner = null) : Exception(message, inner);
