namespace Agon.Domain.Datasets.Synthesis;

/// <summary>What is planted: one method a template of the contract (section 7). Sizes, times and amounts are left to chance.</summary>
internal static class Templates
{
    public static readonly IReadOnlyList<Func<SecretRandom, Planting>> All =
    [
        Cycle, LinearPath, SmurfingNetwork, ThresholdEvasion, RecursiveLinear, Hourglass, StarOutbound, StarInbound, TemporalBurst,
        WashTrading, SybilNetwork, RugPull, NestedServices, DormantActivation, ProximityRisk, CentralizedService, Blueprint, Sequence,
    ];

    private static readonly string[] FlagTypes = ["sanctions", "exploit", "mixer", "darknet"];

    // Value goes round and comes home, a little less each time.
    private static Planting Cycle(SecretRandom random)
    {
        var planting = new Planting("cycle");
        var ring = planting.Crowd(random.Between(3, 8), Planting.Cycle);
        var cents = random.Cents();
        for (var n = 0; n < ring.Length; n++)
            planting.Send(ring[n], ring[(n + 1) % ring.Length], Step(n, ring.Length, random), Less(ref cents, random));
        return planting;
    }

    private static Planting LinearPath(SecretRandom random)
    {
        var planting = new Planting("linear_path");
        Path(planting, [planting.Member("layering_source"), .. planting.Crowd(random.Between(3, 8), "layering_hop"), planting.Member("layering_destination")], 0, 1000, random);
        return planting;
    }

    private static Planting SmurfingNetwork(SecretRandom random)
    {
        var planting = new Planting("smurfing_network");
        var (source, target) = (planting.Member("smurfing_source"), planting.Member("smurfing_destination"));
        foreach (var smurf in planting.Crowd(random.Between(4, 10), "smurfing_mule"))
            Through(planting, source, smurf, target, random.Between(10_000, 300_000), random);
        return planting;
    }

    // Each transfer stays just below what has to be told to an authority: 10,000 dollars.
    private static Planting ThresholdEvasion(SecretRandom random)
    {
        var planting = new Planting("threshold_evasion");
        var (source, target) = (planting.Member("threshold_source"), planting.Member("threshold_destination"));
        foreach (var helper in planting.Crowd(random.Between(2, 5), "threshold_splitter"))
            for (var times = random.Between(1, 2); times > 0; times--)
                Through(planting, source, helper, target, random.Between(900_000, 999_999), random);
        return planting;
    }

    // A peel chain: at each hop a little goes to a victim and the rest moves on.
    private static Planting RecursiveLinear(SecretRandom random)
    {
        var planting = new Planting("recursive_linear");
        var hops = random.Between(3, 6);
        var (now, cents) = (planting.Member("attacker"), random.Cents());
        for (var n = 0; n < hops; n++)
        {
            var (next, peeled) = (planting.Member("mule"), planting.Member("peel_destination"));
            var peel = cents * random.Between(5, 20) / 100;
            planting.Send(now, peeled, Step(n, hops, random), peel);
            planting.Send(now, next, Step(n, hops, random), cents -= peel);
            now = next;
        }
        return planting;
    }

    private static Planting Hourglass(SecretRandom random)
    {
        var planting = new Planting("hourglass");
        var middle = planting.Member("mixer_core");
        foreach (var source in planting.Crowd(random.Between(3, 7), "mixer_input"))
            planting.Send(source, middle, random.Between(0, 450), random.Cents());
        foreach (var target in planting.Crowd(random.Between(3, 7), "mixer_output"))
            planting.Send(middle, target, random.Between(550, 999), random.Cents());
        return planting;
    }

    private static Planting StarOutbound(SecretRandom random)
    {
        var planting = new Planting("star_outbound");
        var middle = planting.Member("fanout_source");
        foreach (var target in planting.Crowd(random.Between(6, 14), "fanout_target"))
            planting.Send(middle, target, random.Below(1000), random.Cents());
        return planting;
    }

    private static Planting StarInbound(SecretRandom random)
    {
        var planting = new Planting("star_inbound");
        var middle = planting.Member("fanin_target");
        foreach (var source in planting.Crowd(random.Between(6, 14), "fanin_source"))
            planting.Send(source, middle, random.Below(1000), random.Cents());
        return planting;
    }

    private static Planting TemporalBurst(SecretRandom random)
    {
        var planting = new Planting("temporal_burst") { Minutes = random.Between(20, 90) };
        var middle = planting.Member("burst_center");
        var others = planting.Crowd(random.Between(5, 10), "burst_counterparty");
        switch (random.Below(3))
        {
            case 0:
                foreach (var other in others)
                    planting.Send(other, middle, random.Below(1000), random.Cents());
                break;
            case 1:
                foreach (var other in others)
                    planting.Send(middle, other, random.Below(1000), random.Cents());
                break;
            default:
                Path(planting, [middle, .. others], 0, 1000, random);
                break;
        }
        return planting;
    }

    // A few wallets trade the same sum among themselves, to and fro.
    private static Planting WashTrading(SecretRandom random)
    {
        var planting = new Planting("wash_trading");
        var wallets = planting.Crowd(random.Between(3, 5), "wash_trading_wallet");
        var cents = random.Cents();
        var rounds = random.Between(2, 3);
        for (var n = 0; n < rounds * wallets.Length; n++)
            planting.Send(wallets[n % wallets.Length], wallets[(n + 1) % wallets.Length], Step(n, rounds * wallets.Length, random), cents * random.Between(98, 101) / 100);
        return planting;
    }

    private static Planting SybilNetwork(SecretRandom random)
    {
        var planting = new Planting("sybil_network");
        var (target, collector) = (planting.Member("sybil_target"), planting.Member("sybil_collector"));
        var wallets = planting.Crowd(random.Between(4, 8), "sybil_wallet");
        // Three ways to fund them: one for all, one after the other, each from another one.
        var way = random.Below(3);
        var funders = planting.Crowd(way == 2 ? 3 : 1, "sybil_funder");
        for (var n = 0; n < wallets.Length; n++)
        {
            planting.Send(way == 1 && n > 0 ? wallets[n - 1] : funders[n % funders.Length], wallets[n], n * 300 / wallets.Length, random.Cents());
            // Not by three, or the wallets of one funder would stand apart from the others.
            planting.Send(wallets[n], n % 4 == 0 ? target : collector, random.Between(400, 999), random.Cents());
        }
        return planting;
    }

    private static Planting RugPull(SecretRandom random)
    {
        var planting = new Planting("rug_pull") { Minutes = random.Chance(50) ? 12 * 60 : 6 * 24 * 60 };
        var (contract, developer, exit) = (planting.Member("rug_contract"), planting.Member("rug_developer"), planting.Member("rug_exit"));
        var marketing = planting.Member("rug_marketing");
        planting.Send(developer, contract, 0, random.Cents());
        planting.Send(developer, marketing, random.Between(10, 100), random.Cents());
        foreach (var victim in planting.Crowd(random.Between(5, 10), "rug_victim"))
            planting.Send(victim, contract, random.Between(100, 800), random.Cents());
        planting.Send(contract, developer, random.Between(850, 900), random.Cents());
        planting.Send(developer, exit, random.Between(910, 999), random.Cents());
        return planting;
    }

    private static Planting NestedServices(SecretRandom random)
    {
        var planting = new Planting("nested_services");
        var (service, exchange) = (planting.Member("nested_service_wallet"), planting.Member("legitimate_exchange"));
        foreach (var user in planting.Crowd(random.Between(3, 7), "nested_service_user"))
            planting.Send(user, service, random.Between(0, 400), random.Cents());
        planting.Send(service, exchange, random.Between(420, 500), random.Cents());
        planting.Send(exchange, service, random.Between(510, 600), random.Cents());
        foreach (var target in planting.Crowd(random.Between(2, 4), "nested_destination"))
            planting.Send(service, target, random.Between(620, 999), random.Cents());
        return planting;
    }

    // One address wakes after a long sleep and empties itself. Nothing else may ever have woken it.
    private static Planting DormantActivation(SecretRandom random)
    {
        var planting = new Planting("dormant_activation") { Minutes = int.MaxValue };
        var (sleeper, funder) = (planting.Member("dormant_wallet", isDormant: true), planting.Member("dormant_funder"));
        planting.Send(funder, sleeper, random.Between(0, 80), random.Cents());
        var wakes = random.Between(850, 930);
        foreach (var hop in planting.Crowd(random.Between(3, 6), "activation_hop"))
            planting.Send(sleeper, hop, wakes + random.Below(20), random.Cents());
        return planting;
    }

    private static Planting ProximityRisk(SecretRandom random)
    {
        var planting = new Planting("proximity_risk") { FlagType = FlagTypes[random.Below(FlagTypes.Length)] };
        var flagged = planting.Member("flagged_address", 0);
        foreach (var near in planting.Crowd(random.Between(2, 4), "proximity_direct", 1))
        {
            Either(planting, flagged, near, random);
            foreach (var further in planting.Crowd(random.Between(1, 2), "proximity_indirect", 2))
                Either(planting, near, further, random);
        }
        return planting;
    }

    // Benign: an exchange collects deposits and pays out. Planted to catch false alarms.
    private static Planting CentralizedService(SecretRandom random)
    {
        var planting = new Planting(RoleRules.BenignTemplate);
        var (hot, cold) = (planting.Member("hot_wallet"), planting.Member("cold_wallet"));
        foreach (var deposit in planting.Crowd(random.Between(3, 7), "deposit_address"))
            planting.Send(deposit, hot, random.Below(1000), random.Cents());
        planting.Send(hot, cold, random.Below(1000), random.Cents());
        foreach (var withdrawal in planting.Crowd(random.Between(2, 5), "withdrawal_address"))
            planting.Send(hot, withdrawal, random.Below(1000), random.Cents());
        return planting;
    }

    // A drawn graph, always the same: two sources, a ring of three, two exits.
    private static Planting Blueprint(SecretRandom random)
    {
        var planting = new Planting("blueprint");
        var sources = planting.Crowd(2, "attacker");
        var ring = planting.Crowd(3, "mule");
        var exits = planting.Crowd(2, "layering_destination");
        (int From, int To)[] drawn =
            [(sources[0], ring[0]), (sources[1], ring[0]), (ring[0], ring[1]), (ring[1], ring[2]), (ring[2], ring[0]), (ring[1], exits[0]), (ring[2], exits[1])];
        for (var n = 0; n < drawn.Length; n++)
            planting.Send(drawn[n].From, drawn[n].To, Step(n, drawn.Length, random), random.Cents());
        return planting;
    }

    // Several, chained: collected, moved, and paid out.
    private static Planting Sequence(SecretRandom random)
    {
        var planting = new Planting("sequence");
        var (first, last) = (planting.Member("fanin_target"), planting.Member("fanout_source"));
        foreach (var source in planting.Crowd(random.Between(3, 5), "fanin_source"))
            planting.Send(source, first, random.Between(0, 300), random.Cents());
        Path(planting, [first, .. planting.Crowd(random.Between(2, 4), "layering_hop"), last], 320, 650, random);
        foreach (var target in planting.Crowd(random.Between(3, 5), "fanout_target"))
            planting.Send(last, target, random.Between(670, 999), random.Cents());
        return planting;
    }

    private static void Path(Planting planting, int[] path, int begin, int end, SecretRandom random)
    {
        var cents = random.Cents();
        for (var n = 1; n < path.Length; n++)
            planting.Send(path[n - 1], path[n], begin + Step(n - 1, path.Length - 1, random) * (end - begin) / 1000, Less(ref cents, random));
    }

    private static void Through(Planting planting, int source, int helper, int target, long cents, SecretRandom random)
    {
        var at = random.Below(700);
        planting.Send(source, helper, at, cents);
        planting.Send(helper, target, at + random.Between(20, 250), cents * random.Between(95, 99) / 100);
    }

    private static void Either(Planting planting, int one, int other, SecretRandom random)
    {
        if (random.Chance(50))
            (one, other) = (other, one);
        planting.Send(one, other, random.Below(1000), random.Cents());
    }

    // Steps follow each other, and none is told by its distance to the next.
    private static int Step(int n, int count, SecretRandom random) => (1000 * n + random.Below(900)) / count;

    private static long Less(ref long cents, SecretRandom random) => cents -= cents * random.Below(5) / 100;
}
