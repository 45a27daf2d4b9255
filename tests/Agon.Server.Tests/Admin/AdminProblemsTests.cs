using System.Diagnostics;
using System.Net;
using Agon.Domain.Leaderboards;
using Agon.Server.Tests.World;
using static Agon.Server.Tests.Admin.Operator;

namespace Agon.Server.Tests.Admin;

/// <summary>Problems over HTTP (contract sections 2.5 and 7.4): from the places that the settings name, and no other.</summary>
public sealed class AdminProblemsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-problems-test-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Problems_come_from_a_configured_folder_or_from_a_repository_that_git_clones(bool cloned)
    {
        var repository = Problems(folder);
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(With("Problems:Repositories:gpu-mode/reference-kernels", cloned ? Bare(repository) : repository));

        var first = await UpdateAsync(server, new { repository = "gpu-mode/reference-kernels", branch = "main", force = false, problem_set = "first", visibility = "closed" });
        Assert.Equal("""{"status":"ok","created":["twice"],"updated":[],"skipped":[],"errors":[]}""", first.Body);
        Assert.Equal(Visibility.Closed, (await world.Leaderboards.FindAsync("twice", CancellationToken.None))!.Visibility);

        var all = (await UpdateAsync(server, new { repository = "gpu-mode/reference-kernels" })).Json;
        Assert.Equal(("""["thrice"]""", """[{"name":"twice","reason":"no changes"}]"""), (all.GetProperty("created").GetRawText(), all.GetProperty("skipped").GetRawText()));
        Assert.True((await world.Leaderboards.FindAsync("thrice", CancellationToken.None))!.IsPublic);
        Assert.Equal(all.GetProperty("updated").GetRawText(), (await UpdateAsync(server, new { })).Json.GetProperty("created").GetRawText());
    }

    [Fact]
    public async Task Trouble_with_the_repository_is_an_answer()
    {
        var bare = Bare(Problems(folder));
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(new Dictionary<string, string?>(With("Problems:Repositories:good", bare))
        {
            ["Problems:Repositories:gone"] = Path.Combine(folder, "not-there"),
            ["Problems:Repositories:empty"] = Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName,
        });
        foreach (var (body, says) in new (object, string)[]
        {
            (new { repository = "gone" }, "could not clone"),
            (new { repository = "good", branch = "no-such-branch" }, "no such branch"),
            (new { repository = "empty" }, "no folder 'problems'"),
            (new { repository = "good", problem_set = "third" }, "third.yaml"),
        })
        {
            var answer = await UpdateAsync(server, body);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Contains(says, Assert.Single(answer.Json.GetProperty("errors").EnumerateArray()).GetProperty("error").GetString());
            Assert.DoesNotContain(folder, answer.Body);
        }
        (await UpdateAsync(server, new { repository = "https://example.org/any" })).IsRefusal(HttpStatusCode.BadRequest, "it knows");
        (await UpdateAsync(server, new { })).IsRefusal(HttpStatusCode.BadRequest, "it knows");
        foreach (var branch in new[] { "a/b", "--upload-pack=x", "", ".." })
            (await UpdateAsync(server, new { repository = "good", branch })).IsRefusal(HttpStatusCode.BadRequest, "branch");
        (await UpdateAsync(server, new { repository = "good", problem_set = "../x" })).IsRefusal(HttpStatusCode.BadRequest, "problem_set");
        (await UpdateAsync(server, new { repository = "good", visibility = "secret" })).IsRefusal(HttpStatusCode.BadRequest, "visibility");
    }

    [Fact]
    public async Task Without_a_configured_repository_there_is_nothing_to_update_from()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(WithToken);
        (await UpdateAsync(server, new { repository = "gpu-mode/reference-kernels" })).IsRefusal(HttpStatusCode.BadRequest, "Problems:Repositories");
        (await CreateAsync(server, "twice")).IsRefusal(HttpStatusCode.BadRequest, "Problems:DevFolder");
    }

    [Fact]
    public async Task A_leaderboard_in_development_is_made_anew_each_time()
    {
        var dev = Path.Combine(Problems(folder), "problems");
        await using var world = await TestWorld.CreateAsync();
        var (ada, _) = await world.AddUserAsync();
        var server = await world.StartServerAsync(With("Problems:DevFolder", dev));

        Assert.Equal("""{"status":"ok","leaderboard":"twice-dev"}""", (await CreateAsync(server, "twice")).Body);
        var board = (await world.Leaderboards.FindAsync("twice-dev", CancellationToken.None))!;
        Assert.Equal(("CPU", true), (Assert.Single(board.Gpus), board.IsPublic));
        Assert.InRange(board.Deadline, TestWorld.Now.AddDays(364), TestWorld.Now.AddDays(366));
        var submission = await world.SubmitAsync(ada, board);

        Assert.Equal(HttpStatusCode.OK, (await AdminAsync(server, HttpMethod.Post, "/admin/leaderboards", new { directory = "twice", visibility = "closed" })).Status);
        var again = (await world.Leaderboards.FindAsync("twice-dev", CancellationToken.None))!;
        Assert.Equal((true, false), (again.Id != board.Id, again.IsPublic));
        Assert.Null(await world.Submissions.FindAsync(submission, CancellationToken.None));
    }

    [Fact]
    public async Task No_directory_outside_the_folder_for_development_is_read()
    {
        var root = Problems(folder);
        var dev = Directory.CreateDirectory(Path.Combine(root, "dev")).FullName;
        File.CreateSymbolicLink(Path.Combine(dev, "link"), Path.Combine(root, "problems", "twice"));
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(With("Problems:DevFolder", dev));
        foreach (var directory in new[] { null, "", ".", "..", "../problems/twice", Path.Combine(root, "problems", "twice"), "absent", "a\0b", "link" })
        {
            var answer = await CreateAsync(server, directory);
            Assert.True(answer.Status == HttpStatusCode.BadRequest, $"'{directory}': {answer.Status} {answer.Body}");
        }
        Assert.Empty(await world.Leaderboards.ListAsync(CancellationToken.None));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Dictionary<string, string?> With(string setting, string value) => new(WithToken) { [setting] = value };

    private static Task<Answer> UpdateAsync(TestServer server, object body) => AdminAsync(server, HttpMethod.Post, "/admin/update-problems", body);

    private static Task<Answer> CreateAsync(TestServer server, string? directory) => AdminAsync(server, HttpMethod.Post, "/admin/leaderboards", new { directory });

    /// <summary>A repository's working folder with two sets of one problem each.</summary>
    internal static string Problems(string folder)
    {
        var root = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        foreach (var (set, problem) in new[] { ("first", "twice"), ("second", "thrice") })
        {
            var at = Directory.CreateDirectory(Path.Combine(root, "problems", problem)).FullName;
            File.WriteAllText(Path.Combine(at, "eval.py"), "print('check: pass')");
            File.WriteAllText(Path.Combine(at, "task.yml"), """
                lang: py
                description: Return a multiple.
                files:
                  - {name: submission.py, source: "@SUBMISSION@"}
                  - {name: eval.py, source: eval.py}
                config:
                  main: eval.py
                tests:
                  - {number: 3}
                benchmarks:
                  - {number: 21}
                gpus: [CPU]
                """);
            File.WriteAllText(Path.Combine(root, "problems", $"{set}.yaml"), $$"""
                name: {{set}}
                description: A set.
                deadline: "2040-01-01"
                problems:
                  - {directory: {{problem}}, name: {{problem}}, deadline: "2040-01-01", gpus: [CPU]}
                """);
        }
        return root;
    }

    private string Bare(string repository)
    {
        Git(repository, "init", "--quiet", "--initial-branch", "main");
        Git(repository, "add", ".");
        Git(repository, "-c", "user.name=ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "-m", "Problems");
        var bare = Path.Combine(folder, "bare.git");
        Git(repository, "clone", "--quiet", "--bare", repository, bare);
        return bare;
    }

    private static void Git(string at, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = at })!;
        Assert.True(git.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, git.ExitCode);
    }
}
