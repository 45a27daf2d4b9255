using System.ComponentModel.DataAnnotations;
using Agon.Domain.Runs;

namespace Agon.Server.Devices;

/// <summary>The devices of this machine, by the names that leaderboards use.</summary>
internal sealed class DeviceOptions : IValidatableObject
{
    public const string Section = "Devices";

    public Dictionary<string, DeviceOption> Devices { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Slots by device name.</summary>
    public IReadOnlyDictionary<string, int> Slots => Devices.ToDictionary(device => device.Key, device => device.Value.Slots);

    /// <summary>A machine whose operator names no device has one: its processor, for one job at a time.</summary>
    public void UseDefault()
    {
        if (Devices.Count == 0)
            Devices.Add("CPU", new DeviceOption());
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from device in Devices
        where device.Value is not { Slots: >= 1, MemoryBytes: null or > 0, Processes: null or > 0 } || device.Value.Cores.Any(core => core < 0)
        select new ValidationResult($"{Section}:{device.Key} needs Slots of 1 or more, and limits and processor numbers that are not negative");

    /// <summary>How a runner uses the device; one that has no settings gets none.</summary>
    public DeviceSettings SettingsOf(string gpu, bool trustAllSubmitters)
    {
        var defaults = new DeviceSettings();
        var device = Devices.GetValueOrDefault(gpu) ?? new DeviceOption();
        return new DeviceSettings
        {
            Interpreter = device.Interpreter,
            Cores = device.Cores,
            MemoryBytes = device.MemoryBytes ?? defaults.MemoryBytes,
            Processes = device.Processes ?? defaults.Processes,
            TrustAllSubmitters = trustAllSubmitters,
        };
    }
}

/// <summary>One device.</summary>
internal sealed class DeviceOption
{
    /// <summary>How many jobs it runs at once. Default 1: times are only fair alone.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Absolute path of a Python interpreter. Default: /usr/bin/python3, else the one on the PATH.</summary>
    public string? Interpreter { get; init; }

    /// <summary>Processor numbers that entries are pinned to. Default: none, the kernel chooses.</summary>
    public int[] Cores { get; init; } = [];

    /// <summary>Memory of one entry. Default: the judge's.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processes and threads of one entry. Default: the judge's.</summary>
    public int? Processes { get; init; }
}
