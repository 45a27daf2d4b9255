using System.Net;
using Agon.Server.Accounts;
using Agon.Server.Limits;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Tests.Limits;

public class CallersTests
{
    private const string Address = "192.0.2.1";

    private readonly Callers callers = new();

    [Fact]
    public void An_id_counts_once_it_is_proved_and_until_then_the_address_pays()
    {
        var made = Request((AccessPolicies.CliIdHeader, "made up"));
        Assert.Equal($"address {Address}", callers.Of(made));
        callers.Prove(AccessPolicies.CliIdHeader, "secret", "7");
        Assert.Equal("user 7", callers.Of(Request((AccessPolicies.CliIdHeader, "secret"))));
        Assert.Equal($"address {Address}", callers.Of(made));
        Assert.Equal($"address {Address}", callers.Of(Request((AccessPolicies.WebAuthIdHeader, "secret"))));
    }

    [Fact]
    public void A_participant_is_one_caller_by_board_and_by_command_line()
    {
        callers.Prove(AccessPolicies.CliIdHeader, "secret", "7");
        callers.Prove(AccessPolicies.WebAuthIdHeader, "seven", "7");
        Assert.Equal(callers.Of(Request((AccessPolicies.CliIdHeader, "secret"))), callers.Of(Request((AccessPolicies.WebAuthIdHeader, "seven"))));
    }

    [Fact]
    public void However_many_ids_are_proved_memory_is_bounded_and_the_last_one_counts()
    {
        for (var n = 0; n < 50_000; n++)
            callers.Prove(AccessPolicies.CliIdHeader, $"secret {n}", $"{n}");
        Assert.Equal("user 49999", callers.Of(Request((AccessPolicies.CliIdHeader, "secret 49999"))));
        Assert.Equal($"address {Address}", callers.Of(Request((AccessPolicies.CliIdHeader, "secret 0"))));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    public void Who_has_an_address_of_version_6_has_its_whole_network(string one, string other, bool same) =>
        Assert.Equal(same, Callers.OfAddress(IPAddress.Parse(one)) == Callers.OfAddress(IPAddress.Parse(other)));

    private static DefaultHttpContext Request(params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(Address);
        foreach (var (name, value) in headers)
            http.Request.Headers[name] = value;
        return http;
    }
}
