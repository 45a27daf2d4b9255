using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Sandbox;

public class SandboxSpecRulesTests
{
    [Theory]
    [InlineData("../up.py")]
    [InlineData("a/b.py")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("-n")]
    [InlineData("a\nb")]
    public void A_file_name_that_is_not_plain_is_refused(string name) =>
        Refuses(Some.Shell("true") with { Files = new Dictionary<string, string> { [name] = "" } });

    [Theory]
    [InlineData("A=B", "1")]
    [InlineData("1A", "1")]
    [InlineData("", "1")]
    [InlineData("A", "two\nlines")]
    [InlineData("A", "nul\0")]
    public void A_variable_that_no_environment_can_hold_is_refused(string name, string value) =>
        Refuses(Some.Shell("true") with { Environment = new Dictionary<string, string> { [name] = value } });

    [Fact]
    public void A_command_without_a_path_is_refused() => Refuses(new SandboxSpec { Command = ["python3"] });

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/../etc/passwd")]
    [InlineData("nvidia0")]
    public void What_is_no_device_node_is_refused(string device) => Refuses(Some.Shell("true") with { Devices = [device] });

    private static void Refuses(SandboxSpec spec) => Assert.Throws<ArgumentException>(() => SandboxSpecRules.Check(spec));
}
