namespace Agon.Domain.Datasets;

/// <summary>Which rows of the ground truth make an address a positive (M4).</summary>
public static class RoleRules
{
    /// <summary>The template that is planted to catch false alarms.</summary>
    public const string BenignTemplate = "centralized_service";

    public const string ProximityTemplate = "proximity_risk";

    private static readonly HashSet<string> Malicious =
    [
        "attacker", "mule", "cycle_node", "wash_trading_wallet", "sybil_funder", "sybil_wallet", "sybil_collector", "nested_service_wallet",
        "rug_contract", "rug_developer", "rug_marketing", "rug_exit", "activation_hop",
    ];

    // The stars and bursts stand in no list of the contract; their template decides, and it is malicious.
    private static readonly string[] MaliciousFamilies =
        ["mixer_", "layering_", "smurfing_", "threshold_", "dormant_", "fanin_", "fanout_", "burst_"];

    // A peel chain's destination is a victim: the contract lists it here and upstream in both.
    private static readonly HashSet<string> Innocent =
    [
        "peel_destination", "rug_victim", "sybil_target", "nested_service_user",
        "hot_wallet", "cold_wallet", "deposit_address", "withdrawal_address", "legitimate_exchange", "nested_destination", "noise",
    ];

    /// <param name="role">The row's role.</param>
    /// <param name="template">What made the instance.</param>
    /// <param name="hopDistance">0 is the flagged address of a proximity pattern, -1 of any other pattern.</param>
    public static bool IsPositive(string role, string template, int hopDistance)
    {
        if (template == BenignTemplate || Innocent.Contains(role))
            return false;
        if (Malicious.Contains(role) || MaliciousFamilies.Any(family => role.StartsWith(family, StringComparison.Ordinal)))
            return true;
        // A role in no list: beyond the flagged address nobody did anything but stand near; elsewhere it is part of the deed.
        return template != ProximityTemplate || hopDistance == 0;
    }
}
