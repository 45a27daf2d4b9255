namespace Agon.Domain.Datasets.Synthesis;

/// <summary>One transfer of a synthetic network.</summary>
/// <param name="Milliseconds">Since the window began; never less than that of the transfer before.</param>
/// <param name="From">Number of the sender.</param>
/// <param name="To">Number of the receiver.</param>
/// <param name="Cents">US cents.</param>
/// <param name="IsPlanted">Known here and nowhere else: whoever writes rows must not look at it.</param>
public readonly record struct SyntheticTransfer(long Milliseconds, int From, int To, long Cents, bool IsPlanted);

/// <summary>One row of the ground truth.</summary>
public sealed record TruthRow(int Address, string Role, string Template, string Instance, int HopDistance, int? FlaggedAddress, string FlagType);

/// <summary>A network of transfers with patterns planted in it.</summary>
/// <remarks>
/// The ordinary transfers come one by one in the order of their time, and the planted ones, about two in a hundred, are put among them by
/// theirs. What the public sample gives away (contract section 5) is kept apart by construction: a pattern's members are ordinary addresses that
/// were there before it and go on with their own transfers; an instance is fed from an exchange, so that it hangs together with the rest; and all that
/// a row says beyond time, addresses and amount is made by one hand for planted and ordinary ones alike, without knowing which is which.
/// Memory grows with the addresses and what is planted, not with the rows.
/// </remarks>
public sealed class SyntheticNetwork : IDisposable
{
    /// <summary>Of a hundred rows.</summary>
    public const int PlantedPercent = 2;

    // Small datasets hold more, or they would hold nothing.
    private const int FewestPlanted = 50;
    private const long Minute = 60_000;
    private const long Day = 24 * 60 * Minute;

    // Addresses that do next to nothing, of a hundred: sleepers do as little, and are hidden among them.
    private const int QuietPercent = 3;

    private readonly DatasetRequest request;
    private readonly SecretRandom ordinary;
    private readonly long windowMilliseconds;
    private readonly int ordinaryCount;
    private readonly int hubs;
    private readonly int busy;
    private readonly List<SyntheticTransfer> planted = [];
    private readonly List<TruthRow> truth = [];
    private int sleepers;

    public SyntheticNetwork(DatasetRequest request)
    {
        this.request = request;
        ordinary = new SecretRandom(request.KeyOf("ordinary"));
        windowMilliseconds = request.Key.WindowDays * Day;
        ordinaryCount = Math.Max(request.Transfers / 2, 60);
        hubs = Math.Max(ordinaryCount / 400, 2);
        busy = ordinaryCount - Math.Max((int)(ordinaryCount * (long)QuietPercent / 100), 2);
        Plant();
    }

    /// <summary>Numbers that addresses may have.</summary>
    public int AddressCount => ordinaryCount + sleepers;

    /// <summary>Numbers below this one are exchanges; everybody meets them.</summary>
    public int HubCount => hubs;

    public IReadOnlyList<TruthRow> Truth => truth;

    /// <summary>All rows, in the order of their time. To be walked through once.</summary>
    public IEnumerable<SyntheticTransfer> Transfers()
    {
        var next = 0;
        foreach (var one in Ordinary(request.Transfers - planted.Count))
        {
            for (; next < planted.Count && planted[next].Milliseconds <= one.Milliseconds; next++)
                yield return planted[next];
            yield return one;
        }
        for (; next < planted.Count; next++)
            yield return planted[next];
    }

    public void Dispose() => ordinary.Dispose();

    private IEnumerable<SyntheticTransfer> Ordinary(int count)
    {
        var at = 0L;
        for (var left = count; left > 0; left--)
        {
            // Gaps of 0 to twice the mean of what is left: they come out at the window's end.
            at += ordinary.Below(2 * (windowMilliseconds - 1 - at) / left + 1);
            var from = Sender();
            yield return new SyntheticTransfer(Math.Min(at, windowMilliseconds - 1), from, Receiver(from), ordinary.Cents(), IsPlanted: false);
        }
    }

    private int Sender() => ordinary.Below(100) switch
    {
        < 15 => Hub(ordinary),
        < 16 => Quiet(ordinary),
        _ => Common(ordinary),
    };

    // Six of ten go to somebody near, which makes rings and stars that nobody planted.
    private int Receiver(int from)
    {
        var to = ordinary.Below(100) switch
        {
            < 20 => Hub(ordinary),
            < 80 when from >= hubs && from < busy => Near(from),
            < 81 => Quiet(ordinary),
            _ => Common(ordinary),
        };
        return to != from ? to : from == 0 ? 1 : 0;
    }

    private int Near(int from)
    {
        var step = ordinary.Between(1, 6);
        var near = from + (ordinary.Chance(50) ? step : -step);
        return near < hubs ? near + busy - hubs : near >= busy ? near - busy + hubs : near;
    }

    // The first exchange is the largest.
    private int Hub(SecretRandom random) => random.Below(random.Below(hubs) + 1);

    private int Common(SecretRandom random) => hubs + random.Below(busy - hubs);

    private int Quiet(SecretRandom random) => busy + random.Below(ordinaryCount - busy);

    private void Plant()
    {
        using var random = new SecretRandom(request.KeyOf("planted"));
        var wanted = Math.Max((int)(request.Transfers * (long)PlantedPercent / 100), FewestPlanted);
        var order = Enumerable.Range(0, Templates.All.Count).ToArray();
        var taken = new HashSet<int>();
        for (var n = 0; planted.Count < wanted; n++)
        {
            // Each template once before any comes again, in an order that says nothing.
            if (n % order.Length == 0)
                Shuffle(order, random);
            var planting = Templates.All[order[n % order.Length]](random);
            // The last one must not overrun by much, and everybody needs room to be picked from.
            if (planted.Count > 0 && (planted.Count + planting.Transfers.Count > wanted + 6 || 3 * (taken.Count + planting.Members.Count) > ordinaryCount))
                break;
            Plant(planting, taken, random);
        }
        planted.Sort((one, other) => (one.Milliseconds, one.From, one.To, one.Cents).CompareTo((other.Milliseconds, other.From, other.To, other.Cents)));
        // Rows in the order of planting would tell an instance by its neighbours.
        truth.Sort((one, other) => string.CompareOrdinal(one.Instance, other.Instance) is not 0 and var difference ? difference : one.Address.CompareTo(other.Address));
    }

    private void Plant(Planting planting, HashSet<int> taken, SecretRandom random)
    {
        var addresses = planting.Members.Select(member => Pick(member, taken, random)).ToArray();
        var duration = Math.Min(planting.Minutes * Minute, planting.Minutes == int.MaxValue ? windowMilliseconds : windowMilliseconds / 3);
        var begin = random.Below(windowMilliseconds - duration + 1);
        foreach (var transfer in planting.Transfers)
            Add(begin + transfer.At * duration / 1000, addresses[transfer.From], addresses[transfer.To], transfer.Cents, random);

        // One of them, who sleeps not, has had to do with an exchange.
        var fed = Enumerable.Range(0, addresses.Length).First(member => !planting.Members[member].IsDormant);
        Add(random.Below(windowMilliseconds), Hub(random), addresses[fed], random.Cents(), random);

        var instance = $"{Part(random, 8)}-{Part(random, 4)}-4{Part(random, 3)}-a{Part(random, 3)}-{Part(random, 12)}";
        var isFlagged = planting.FlagType.Length > 0;
        for (var n = 0; n < addresses.Length; n++)
            truth.Add(new TruthRow(
                addresses[n], planting.Members[n].Role, planting.Template, instance, planting.Members[n].HopDistance,
                isFlagged ? addresses[0] : null, planting.FlagType));
    }

    private void Add(long milliseconds, int from, int to, long cents, SecretRandom random) =>
        planted.Add(new SyntheticTransfer(Math.Min(milliseconds + random.Below(Minute), windowMilliseconds - 1), from, to, cents, IsPlanted: true));

    private int Pick(PlantedMember member, HashSet<int> taken, SecretRandom random)
    {
        while (true)
        {
            // A sleeper must not be woken by an ordinary transfer: it has a number that none of them picks.
            var address = member.IsDormant ? ordinaryCount + sleepers++ : Common(random);
            if (taken.Add(address))
                return address;
        }
    }

    private static string Part(SecretRandom random, int digits) =>
        string.Concat(Enumerable.Range(0, digits).Select(_ => "0123456789abcdef"[random.Below(16)]));

    private static void Shuffle(int[] items, SecretRandom random)
    {
        for (var n = items.Length - 1; n > 0; n--)
        {
            var other = random.Below(n + 1);
            (items[n], items[other]) = (items[other], items[n]);
        }
    }
}
