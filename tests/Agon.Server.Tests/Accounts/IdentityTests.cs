using System.Net;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Accounts;

/// <summary>Who a request is from (contract section 1).</summary>
public class IdentityTests
{
    private const string WebId = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task A_web_boards_id_is_as_good_as_a_CLI_id()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync("ada");
        await world.SetWebAuthIdAsync(ada, WebId);
        var id = await world.SubmitAsync(ada, board);
        var server = await world.StartServerAsync();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, $"/user/submissions/{id}", web: WebId)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/gpus/lcs", web: WebId)).Status);
        (await AskAsync(server, $"/user/submissions/{id}", web: "wrong")).IsRefusal(HttpStatusCode.Unauthorized, "X-Web-Auth-Id names nobody");
        (await AskAsync(server, "/gpus/lcs", web: "wrong")).IsRefusal(HttpStatusCode.Unauthorized, "X-Web-Auth-Id names nobody");
    }

    [Fact]
    public async Task The_web_boards_id_counts_where_both_are_sent()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, adaId) = await world.AddUserAsync("ada");
        var (bob, bobId) = await world.AddUserAsync("bob");
        await world.SetWebAuthIdAsync(ada, WebId);
        var id = await world.SubmitAsync(ada, board);
        var server = await world.StartServerAsync();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, $"/user/submissions/{id}", web: WebId, cli: bobId)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, $"/user/submissions/{id}", web: WebId, cli: "wrong")).Status);
        (await AskAsync(server, $"/user/submissions/{id}", web: "wrong", cli: adaId)).IsRefusal(HttpStatusCode.Unauthorized, "X-Web-Auth-Id");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, $"/user/submissions/{id}", web: "", cli: adaId)).Status);
        Assert.NotEqual(ada, bob);
    }

    [Fact]
    public async Task An_id_of_one_kind_is_nobodys_as_the_other()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (ada, adaId) = await world.AddUserAsync("ada");
        await world.SetWebAuthIdAsync(ada, WebId);
        var server = await world.StartServerAsync();

        (await AskAsync(server, "/gpus/lcs", web: adaId)).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
        (await AskAsync(server, "/gpus/lcs", cli: WebId)).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
        (await AskAsync(server, "/gpus/lcs", web: new string('a', 201))).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
    }

    private static async Task<Answer> AskAsync(TestServer server, string path, string? web = null, string? cli = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (web is not null)
            request.Headers.TryAddWithoutValidation(AccessPolicies.WebAuthIdHeader, web);
        if (cli is not null)
            request.Headers.TryAddWithoutValidation(AccessPolicies.CliIdHeader, cli);
        using var response = await server.Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }
}
