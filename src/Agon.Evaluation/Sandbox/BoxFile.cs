using System.Text;

namespace Agon.Evaluation.Sandbox;

/// <summary>A read-only file in the working folder.</summary>
/// <param name="Name">Plain, without folders.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Mode">In octal, as chmod takes it.</param>
internal sealed record BoxFile(string Name, ReadOnlyMemory<byte> Content, string Mode)
{
    private const string Text = "0444";
    private const string Program = "0555";

    internal static IReadOnlyList<BoxFile> Of(SandboxSpec spec) =>
    [
        .. spec.Files.Select(file => new BoxFile(file.Key, Encoding.UTF8.GetBytes(file.Value), Text)),
        .. spec.Binaries.Select(file => new BoxFile(file.Key, file.Value, Program)),
    ];
}
