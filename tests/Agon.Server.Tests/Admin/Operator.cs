using System.Net.Http.Json;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Admin;

/// <summary>Somebody with the admin token, and servers that know it.</summary>
internal static class Operator
{
    public const string Token = "an-admin-token-for-tests";

    public static readonly Dictionary<string, string?> WithToken = new(TestWorld.NoWorkers) { ["Admin:Token"] = Token };

    public static async Task<Answer> AdminAsync(TestServer server, HttpMethod method, string path, object? body = null) =>
        await AskAsync(server, method, path, $"Bearer {Token}", content: body is null ? null : JsonContent.Create(body));

    public static async Task<Answer> AskAsync(TestServer server, HttpMethod method, string path, string? authorization, string? cliId = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (cliId is not null)
            request.Headers.TryAddWithoutValidation(AccessPolicies.CliIdHeader, cliId);
        using var response = await server.Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }
}
