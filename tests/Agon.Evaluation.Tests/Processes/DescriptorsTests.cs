using Agon.Evaluation.Processes;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Processes;

public class DescriptorsTests
{
    [Fact]
    public void A_socket_whose_other_side_vanished_is_at_its_end_and_takes_nothing()
    {
        var (ours, childs) = Descriptors.SocketPair();
        using (ours)
        {
            Assert.True(Descriptors.Send(ours, "unread"u8));
            childs.Dispose();

            Assert.Equal(0, Descriptors.Read(ours, new byte[8]));
            Assert.False(Descriptors.Send(ours, "more"u8));
        }
    }

    [Fact]
    public void An_error_is_not_taken_for_the_end()
    {
        var (ours, childs) = Descriptors.Pipe();
        using (ours)
        using (childs)
        {
            Assert.Throws<IOException>(() => Descriptors.Read(childs, new byte[8]));   // an end to write to
            Assert.Throws<IOException>(() => Descriptors.Send(ours, "no socket"u8));
        }
    }

    [Fact]
    public void A_sandbox_that_is_gone_cannot_be_told_to_go()
    {
        using var channels = new SandboxChannels(new SandboxLimits(), onVerdictLine: null);
        channels.CloseInside();

        Assert.False(channels.Go("go"));
    }
}
