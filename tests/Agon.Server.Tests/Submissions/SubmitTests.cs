using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Agon.Server.Tests.World;
using Agon.Storage.Jobs;

namespace Agon.Server.Tests.Submissions;

public class SubmitTests
{
    [Fact]
    public async Task An_accepted_file_is_in_the_database_before_its_author_hears_of_it()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();

        var answer = await server.UploadAsync(cliId, "/submission/LCS/cpu/Leaderboard", "# ünïcode\n", "entry.py");

        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Body);
        Assert.Equal("accepted", answer.Json.GetProperty("status").GetString());
        Assert.Equal("CPU", answer.Json.GetProperty("runner_queue").GetProperty("gpu").GetString());
        Assert.True(answer.Json.GetProperty("details").GetProperty("job_status_id").GetInt64() > 0);
        var id = answer.Json.GetProperty("details").GetProperty("id").GetInt64();
        Assert.Equal($"/user/submissions/{id}", answer.Header("Location"));

        var stored = (await world.Submissions.FindAsync(id, CancellationToken.None))!;
        Assert.Equal(("# ünïcode\n", "entry.py", ada.Id, "pending"), (stored.Code, stored.FileName, stored.UserId, stored.JobStatus));
        Assert.Equal(new QueueState(Queued: 2, Running: 0, Slots: 0), await world.Jobs.QueueAsync("CPU", TestWorld.Now, CancellationToken.None));
    }

    [Theory]
    [InlineData("/submission/lcs/CPU/private", "x", "a.py", HttpStatusCode.BadRequest, "'private' is not a mode")]
    [InlineData("/submission/other/CPU/test", "x", "a.py", HttpStatusCode.NotFound, "no leaderboard 'other'")]
    [InlineData("/submission/lcs/H100/test", "x", "a.py", HttpStatusCode.BadRequest, "it runs on CPU")]
    [InlineData("/submission/lcs/CPU/test", "", "a.py", HttpStatusCode.BadRequest, "empty")]
    [InlineData("/submission/lcs/CPU/test", "x", "a.cu", HttpStatusCode.BadRequest, "must end in .py")]
    [InlineData("/submission/lcs/CPU/test", "x", "../a.py", HttpStatusCode.BadRequest, "path")]
    [InlineData("/submission/lcs/CPU/test", "#!POPCORN leaderboard knapsack", "a.py", HttpStatusCode.BadRequest, "meant for leaderboard 'knapsack'")]
    [InlineData("/submission/lcs/CPU/test", "#!POPCORN", "a.py", HttpStatusCode.BadRequest, "line 1")]
    [InlineData("/submission/ended/CPU/test", "x", "a.py", HttpStatusCode.BadRequest, "the deadline of leaderboard ended has passed")]
    public async Task A_bad_upload_is_refused_and_leaves_nothing(string path, string code, string fileName, HttpStatusCode status, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        await world.AddBoardAsync("ended", deadline: TestWorld.Now.AddSeconds(-1));
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();

        (await server.UploadAsync(cliId, path, code, fileName)).IsRefusal(status, says);
        Assert.Equal(0, await world.Jobs.OpenJobsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_does_not_say_who_he_is_may_not_submit()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var server = await world.StartServerAsync();
        (await server.UploadAsync(null, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "X-Popcorn-Cli-Id is missing");
        (await server.UploadAsync("somebody", "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
        (await server.UploadAsync(new string('x', 5000), "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
    }

    [Fact]
    public async Task A_file_may_have_a_million_bytes_and_no_more()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(cliId, "/submission/lcs/CPU/test", new string('#', 1_000_000))).Status);
        foreach (var size in new[] { 1_000_001, 1_010_000, 5_000_000 })
            (await server.UploadAsync(cliId, "/submission/lcs/CPU/test", new string('#', size))).IsRefusal(HttpStatusCode.RequestEntityTooLarge, "larger than 1000000 bytes");
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'x', 0 }, "not UTF-8")]
    [InlineData(new byte[] { (byte)'x', 0, (byte)'y', 0 }, "NUL at character 2")]
    [InlineData(new byte[] { (byte)'x', 0xc3 }, "not UTF-8")]
    public async Task A_file_that_is_not_UTF8_is_refused(byte[] file, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        (await server.UploadAsync(cliId, "/submission/lcs/CPU/test", file)).IsRefusal(HttpStatusCode.BadRequest, says);
    }

    [Fact]
    public async Task A_request_without_the_file_is_unreadable()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        const string path = "/submission/lcs/CPU/test";
        Answer[] answers =
        [
            await server.UploadAsync(cliId, path, "x"u8.ToArray(), field: "code"),
            await server.SendAsync(HttpMethod.Post, path, cliId),
            await server.SendAsync(HttpMethod.Post, path, cliId, new StringContent("x = 1")),
            await server.SendAsync(HttpMethod.Post, path, cliId, new MultipartFormDataContent { { new StringContent("x"), "file" } }),
        ];
        foreach (var answer in answers)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            var detail = Assert.Single(answer.Json.GetProperty("detail").EnumerateArray());
            Assert.Equal("""["body","file"]""", detail.GetProperty("loc").GetRawText());
            Assert.Equal("missing", detail.GetProperty("type").GetString());
        }
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\n\r\nx = 1\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; file")]
    [InlineData("no boundary at all")]
    public async Task A_body_that_ends_too_early_is_a_bad_request(string body)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        (await server.SendAsync(HttpMethod.Post, "/submission/lcs/CPU/test", cliId, content)).IsRefusal(HttpStatusCode.BadRequest, "multipart/form-data");
    }

    [Fact]
    public async Task Two_files_are_one_too_many()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        var form = new MultipartFormDataContent { { new ByteArrayContent("x"u8.ToArray()), "file", "a.py" }, { new ByteArrayContent("y"u8.ToArray()), "file", "b.py" } };
        (await server.SendAsync(HttpMethod.Post, "/submission/lcs/CPU/test", cliId, form)).IsRefusal(HttpStatusCode.BadRequest, "send one");
    }
}
