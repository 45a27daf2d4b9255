using System.Globalization;
using Agon.Evaluation.Datasets;

namespace Agon.Evaluation.Containers;

/// <summary>What a participant finds, as image and as folder alike (contract section 4).</summary>
internal static class ParticipantWorld
{
    internal const string Input = ParticipantInput.InputPath;
    internal const string Output = ParticipantInput.OutputPath;

    internal static IReadOnlyDictionary<string, string> Environment(ParticipantRunSpec spec) => new Dictionary<string, string>
    {
        ["NETWORK"] = spec.Network,
        ["WINDOW_DAYS"] = spec.WindowDays.ToString(CultureInfo.InvariantCulture),
        ["PROCESSING_DATE"] = spec.ProcessingDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["INPUT_PATH"] = Input,
        ["OUTPUT_PATH"] = Output,
    };

    /// <summary>Before the first foreign instruction: a folder left from another run would be scored as this one's.</summary>
    internal static void PrepareFolders(ParticipantRunSpec spec)
    {
        if (!Directory.Exists(spec.InputFolder)) throw new PlatformFaultException($"the input folder {spec.InputFolder} is gone");
        Directory.CreateDirectory(spec.OutputFolder);
        if (Directory.EnumerateFileSystemEntries(spec.OutputFolder).Any())
            throw new PlatformFaultException($"the output folder {spec.OutputFolder} is not empty");
        OpenToAll(spec.InputFolder);
    }

    /// <summary>The participant's user is nobody's on this host, so it may read only what everybody may.</summary>
    private static void OpenToAll(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | read | enter);
        foreach (var file in Directory.EnumerateFiles(folder)) File.SetUnixFileMode(file, File.GetUnixFileMode(file) | read);
    }
}
