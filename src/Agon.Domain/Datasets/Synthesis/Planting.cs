namespace Agon.Domain.Datasets.Synthesis;

/// <summary>One planted instance, before it has addresses and dates: members are numbers from 0 on.</summary>
internal sealed class Planting(string template)
{
    public const string Cycle = "cycle_node";

    private readonly List<PlantedMember> members = [];
    private readonly List<PlantedTransfer> transfers = [];

    /// <summary>What the ground truth calls it.</summary>
    public string Template => template;
    public IReadOnlyList<PlantedMember> Members => members;
    public IReadOnlyList<PlantedTransfer> Transfers => transfers;

    /// <summary>Of a proximity pattern, why its first member is flagged.</summary>
    public string FlagType { get; set; } = "";

    /// <summary>How long it takes, in minutes.</summary>
    public int Minutes { get; set; } = 2 * 24 * 60;

    public int Member(string role, int hopDistance = -1, bool isDormant = false)
    {
        members.Add(new PlantedMember(role, hopDistance, isDormant));
        return members.Count - 1;
    }

    public int[] Crowd(int count, string role, int hopDistance = -1) => [.. Enumerable.Range(0, count).Select(_ => Member(role, hopDistance))];

    /// <param name="from">Who sends.</param>
    /// <param name="to">Who receives.</param>
    /// <param name="at">When, in thousandths of the time that it takes.</param>
    /// <param name="cents">What, in US cents.</param>
    public void Send(int from, int to, int at, long cents) => transfers.Add(new PlantedTransfer(from, to, Math.Clamp(at, 0, 999), Math.Max(cents, 1)));
}

/// <param name="Role">As the contract names it (section 7).</param>
/// <param name="HopDistance">From a flagged address; -1 where there is none.</param>
/// <param name="IsDormant">Whether it must do nothing else.</param>
internal readonly record struct PlantedMember(string Role, int HopDistance, bool IsDormant);

internal readonly record struct PlantedTransfer(int From, int To, int At, long Cents);
