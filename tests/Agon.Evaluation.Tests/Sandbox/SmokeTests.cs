using Agon.Evaluation.Sandbox;
using Xunit.Abstractions;

namespace Agon.Evaluation.Tests.Sandbox;

public class SmokeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("bwrap")]
    [InlineData("unshare")]
    [InlineData("none")]
    public async Task Smoke(string kind)
    {
        IBoxBuilder b = kind switch { "bwrap" => new Bubblewrap("/usr/bin/bwrap", "0.8.0"), "unshare" => new UnshareBox(), _ => new PlainBox() };
        var host = await SandboxProbe.FindAsync([b], default);
        foreach (var script in new[] { "ls -la . /; id; env; ls -l /proc/self/fd /proc/1/fd; cat /proc/1/environ; ps; echo verdict: pass >&3; echo x > a.py; grep -E 'Cap|Secc|Priv' /proc/self/status", "exit 7", "exit 137", "kill -9 $$", "kill -ABRT $$", "sleep 100" })
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var r = await host.RunAsync(new SandboxSpec { Command = ["/bin/sh", "-c", script], Files = new Dictionary<string, string> { ["a.py"] = "print(1)\n" }, VerdictChannel = true, Environment = new Dictionary<string, string> { ["K"] = "a b\\n c" }, Limits = new SandboxLimits { WallTime = TimeSpan.FromSeconds(1) } }, line => output.WriteLine("LINE " + line), default);
            output.WriteLine($"{watch.ElapsedMilliseconds} ms {r}");
        }
    }
}
