using System.Text;

namespace Agon.Soak;

/// <summary>Kills by what was killed and by the phase of the job that it had in its hands.</summary>
internal sealed class KillTable
{
    private readonly Dictionary<(Victim Victim, string Phase), int> kills = [];

    /// <summary>Kills at which a job was in flight and a POST unanswered; a killed server or worker may have been idle while another ran the job.</summary>
    public int Counted { get; private set; }

    /// <summary>Kills that came a moment too early or too late for that; their submissions are checked like all others.</summary>
    public int NotCounted { get; private set; }

    /// <returns>Whether it counts.</returns>
    public bool Add(Victim victim, string? phase, bool unanswered)
    {
        if (phase is null || !unanswered)
        {
            NotCounted++;
            return false;
        }
        Counted++;
        kills[(victim, phase)] = kills.GetValueOrDefault((victim, phase)) + 1;
        return true;
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{"killed",-10}{string.Concat(Phases.Columns.Select(phase => $"{phase,13}"))}{"all",8}\n");
        foreach (var victim in Enum.GetValues<Victim>())
        {
            var row = Phases.Columns.Select(phase => kills.GetValueOrDefault((victim, phase))).ToList();
            if (row.Sum() > 0)
                text.Append($"{victim,-10}{string.Concat(row.Select(count => $"{count,13}"))}{row.Sum(),8}\n");
        }
        return text.Append($"{"all",-10}{string.Concat(Phases.Columns.Select(phase => $"{kills.Where(kill => kill.Key.Phase == phase).Sum(kill => kill.Value),13}"))}{Counted,8}\n").ToString();
    }
}
