using System.Text.Json;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Contracts.Tests.Tournaments;

public class ScoringPolicyViewTests
{
    [Fact]
    public void A_policy_without_a_cap_arrives_without_one_and_one_that_says_nothing_of_it_is_capped()
    {
        var sent = JsonSerializer.Serialize(new CreateTournamentRequest { ScoringPolicy = ScoringPolicyView.Of(ScoringPolicy.Uncapped) }, AgonJson.Wire.CreateTournamentRequest);
        Assert.Equal(ScoringPolicy.Uncapped, Read(sent).ToPolicy());
        Assert.Equal(1, Read("""{"scoring_policy": {"performance_weight": 1}}""").SpeedCap);
    }

    private static ScoringPolicyView Read(string json) => JsonSerializer.Deserialize(json, AgonJson.Wire.CreateTournamentRequest)!.ScoringPolicy!;
}
