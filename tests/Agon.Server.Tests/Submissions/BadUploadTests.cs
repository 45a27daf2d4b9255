using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Submissions;

/// <summary>Everything that can be wrong with an upload, on both addresses that take one: the contract's status, one sentence, and nothing is kept (section 2.2).</summary>
public class BadUploadTests
{
    private sealed record Bad(string Path, HttpContent Content, int Status, string Says, bool InStream = false);

    [Theory]
    [InlineData("/submission")]
    [InlineData("")]
    public async Task Whatever_is_wrong_is_told_in_one_sentence_and_leaves_nothing(string route)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        await world.AddBoardAsync("ended", deadline: TestWorld.Now.AddSeconds(-1));
        await world.AddBoardAsync("hidden", visibility: "closed");
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();

        foreach (var bad in All(route))
        {
            var (status, detail, inStream) = await SendAsync(server, cliId, bad);
            Assert.True((bad.Status, bad.InStream && route.Length == 0) == (status, inStream), $"{bad.Path}, '{bad.Says}': {status}, {detail}");
            Assert.Contains(bad.Says, detail);
        }
        Assert.Equal(0, await world.Jobs.OpenJobsAsync(CancellationToken.None));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);
    }

    private static IEnumerable<Bad> All(string route)
    {
        var good = $"{route}/lcs/CPU/test";
        yield return new(good, File("a.py", ""), 400, "empty");
        yield return new(good, File("a.py", new string('#', 1_000_001)), 413, "larger than 1000000 bytes");
        yield return new(good, File("a.py", [0xff, 0xfe, (byte)'x', 0]), 400, "not UTF-8");
        yield return new(good, File("a.py", Encoding.Latin1.GetBytes("# größer")), 400, "not UTF-8");
        yield return new(good, File("a.py", [(byte)'x', 0]), 400, "NUL at character 2");
        yield return new($"{route}/other/CPU/test", File("a.py", "x"), 404, "no leaderboard 'other'");
        yield return new($"{route}/lcs/H100/test", File("a.py", "x"), 400, "it runs on CPU");
        yield return new($"{route}/lcs/CPU/fastest", File("a.py", "x"), 400, "'fastest' is not a mode");
        yield return new($"{route}/lcs/CPU/private", File("a.py", "x"), 400, "'private' is not a mode");
        yield return new(good, Body("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\n\r\nx = 1\r\n"), 400, "well-formed multipart");
        yield return new(good, Body("--b\r\nContent-Disposition: form-data; name=\"file\"; file"), 400, "well-formed multipart");
        yield return new(good, Body("no boundary at all"), 400, "well-formed multipart");
        yield return new(good, Body(""), 422, "part named 'file' with a filename");
        yield return new(good, Body("--b\r\nno colon\r\n\r\nx\r\n--b--\r\n"), 400, "well-formed multipart");
        yield return new(good, Body($"--b\r\n{string.Concat(Enumerable.Repeat("A: b\r\n", 40))}\r\nx\r\n--b--\r\n"), 400, "multipart");
        yield return new(good, Body("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b--\r\n"), 422, "part named 'file' with a filename");
        yield return new(good, Body("x", "multipart/form-data"), 400, "multipart");
        yield return new(good, Body("x", "application/json"), 422, "part named 'file' with a filename");
        yield return new(good, new MultipartFormDataContent { { new StringContent("x"), "code", "a.py" } }, 422, "part named 'file' with a filename");
        yield return new(good, new MultipartFormDataContent { { new StringContent("x"), "file", "a.py" }, { new StringContent("y"), "file", "b.py" } }, 400, "send one");
        foreach (var name in (string[])["a.txt", "a", "a.PY", "a.py.gz", "a.cu"])
            yield return new(good, File(name, "x"), 400, "must end in .py", InStream: true);
        yield return new(good, File("../a.py", "x"), 400, "path", InStream: true);
        yield return new(good, File(new string('a', 300) + ".py", "x"), 400, "303 characters", InStream: true);
        yield return new(good, File("a.py", "#!POPCORN leaderboard other"), 400, "meant for leaderboard 'other'", InStream: true);
        yield return new(good, File("a.py", "# first\n#!POPCORN"), 400, "line 2", InStream: true);
        yield return new($"{route}/ended/CPU/test", File("a.py", "x"), 400, "the deadline of leaderboard ended has passed", InStream: true);
        yield return new($"{route}/hidden/CPU/test", File("a.py", "x"), 403, "closed", InStream: true);
    }

    private static MultipartFormDataContent File(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    private static MultipartFormDataContent File(string name, byte[] content) => new() { { new ByteArrayContent(content), "file", name } };

    private static ByteArrayContent Body(string text, string type = "multipart/form-data; boundary=b")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    private static async Task<(int Status, string Detail, bool InStream)> SendAsync(TestServer server, string cliId, Bad bad)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, bad.Path) { Content = bad.Content };
        request.Headers.Add(AccessPolicies.CliIdHeader, cliId);
        using var response = await server.Http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            Assert.StartsWith("event: error\ndata: {", body);
            var error = JsonSerializer.Deserialize<JsonElement>(body["event: error\ndata: ".Length..]);
            return (error.GetProperty("status_code").GetInt32(), error.GetProperty("detail").GetString()!, true);
        }
        var detail = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("detail");
        return ((int)response.StatusCode, detail.ValueKind == JsonValueKind.String ? detail.GetString()! : detail[0].GetProperty("msg").GetString()!, false);
    }
}
