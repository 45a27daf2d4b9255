using Agon.Cli.Http;

namespace Agon.Cli.Tests.Http;

public sealed class ServerFailuresTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8000/", true)]
    [InlineData("https://agon.example.org/", false)]
    public void Only_who_asks_this_machine_is_told_to_start_a_server(string server, bool told) =>
        Assert.Equal(told, Away(server, HttpRequestError.ConnectionError).Message.Contains("agon serve", StringComparison.Ordinal));

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, false)]
    [InlineData(HttpRequestError.NameResolutionError, false)]
    [InlineData(HttpRequestError.SecureConnectionError, false)]
    [InlineData(HttpRequestError.ResponseEnded, true)]
    [InlineData(HttpRequestError.Unknown, true)]
    public void What_a_server_never_got_it_cannot_have_done(HttpRequestError error, bool mayBeDone) =>
        Assert.Equal(mayBeDone, Away("http://127.0.0.1:8000/", error).MayBeDone);

    private static ServerAwayException Away(string server, HttpRequestError error) => new(new Uri(server), "why", new HttpRequestException(error));
}
