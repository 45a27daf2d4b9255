using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public class SandboxChannelsTests
{
    [Fact]
    public void A_go_that_nobody_can_hear_is_a_fault()
    {
        using var channels = new SandboxChannels(new SandboxLimits(), onVerdictLine: null);
        channels.CloseInside();

        Assert.Throws<SandboxFaultException>(() => channels.Go("go\n"));
    }
}
