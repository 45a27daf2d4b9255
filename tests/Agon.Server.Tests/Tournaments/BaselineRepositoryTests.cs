using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Server.Tournaments;

namespace Agon.Server.Tests.Tournaments;

/// <summary>What was evaluated goes into the repository of baselines: a bare one on disk, or one behind HTTP.</summary>
public sealed class BaselineRepositoryTests : IDisposable
{
    private static readonly Dictionary<string, string> Author = new() { ["GIT_AUTHOR_NAME"] = "ada", ["GIT_AUTHOR_EMAIL"] = "a@localhost", ["GIT_COMMITTER_NAME"] = "ada", ["GIT_COMMITTER_EMAIL"] = "a@localhost" };

    private readonly string root = Directory.CreateTempSubdirectory("agon-baselines-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string Place => Path.Combine(root, "baselines.git");

    private SourceSettings Settings => new() { DataFolder = Path.Combine(root, "data"), AllowLocalRepositories = true };

    [Theory]
    [InlineData("https://agon:hunter2@git.example.org/org/baseline-ml.git", "https://git.example.org/org/baseline-ml.git")]
    [InlineData("https://hunter2@git.example.org/org/baseline-ml.git", "https://git.example.org/org/baseline-ml.git")]
    [InlineData("https://git.example.org/org/baseline-ml.git", "https://git.example.org/org/baseline-ml.git")]
    [InlineData("/srv/git/baseline-ml.git", "/srv/git/baseline-ml.git")]
    [InlineData("git@git.example.org:org/baseline-ml.git", "git@git.example.org:org/baseline-ml.git")]
    public void The_token_of_a_remote_is_not_shown(string setting, string shown)
    {
        var remote = GitRemote.Of(setting, "hunter2");
        Assert.Equal(shown, remote.Address);
        Assert.DoesNotContain("hunter2", $"{remote}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://agon:hunter/2@git.example.org/org/baseline-ml.git")]
    [InlineData("https://agon:hunter#2@git.example.org/org/baseline-ml.git")]
    [InlineData("https://agon:hunter?2@git.example.org/org/baseline-ml.git")]
    public void A_remote_that_cannot_be_read_is_refused_without_being_shown(string setting) =>
        Assert.DoesNotContain("hunter", Assert.Throws<FormatException>(() => GitRemote.Of(setting, null)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_winners_commit_is_pushed_with_its_history_under_its_version_and_twice_is_once()
    {
        var (winner, commit) = await WinnerAsync();
        await GitAsync("init", "--quiet", "--bare", Place);
        Assert.Equal(commit, await PushAsync(Place, new PinnedSource(winner, commit)));
        Assert.Equal(commit, await PushAsync(Place, new PinnedSource(winner, commit)));
        Assert.Equal("2", await GitAsync("-C", Place, "rev-list", "--count", "v1.1.0"));

        // Its author takes it away: what was promoted is here, and is run from here.
        Directory.Delete(winner, recursive: true);
        var sources = new ParticipantSources(Settings with { Remotes = [GitRemote.Of(Place, null)] }, new EngineFinder());
        var program = Assert.IsType<ParticipantProgram.Folder>(await sources.PrepareAsync(new PinnedSource(Place, commit), CancellationToken.None));
        Assert.Equal("echo two\n", await File.ReadAllTextAsync(Path.Combine(program.Path, "run.sh")));
    }

    [Fact]
    public async Task A_folder_is_pushed_as_one_commit_that_is_the_same_each_time()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "entry")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "run.sh"), "echo one\r\n");
        await File.WriteAllTextAsync(Path.Combine(folder, ".gitattributes"), "* text=auto\n");
        await GitAsync("init", "--quiet", "--bare", Place);
        var commit = await PushAsync(Place, new PinnedSource(Folder: folder, FolderHash: "abc"), folder);
        Directory.Delete(Settings.DataFolder, recursive: true);
        Assert.Equal(commit, await PushAsync(Place, new PinnedSource(Folder: folder, FolderHash: "abc"), folder));
        // Byte by byte what was evaluated, whatever its attributes say.
        Assert.Equal("echo one\r", await GitAsync("-C", Place, "show", "v1.1.0:run.sh"));
    }

    [Fact]
    public async Task A_version_that_is_another_commit_already_is_refused_and_stays()
    {
        var (winner, commit) = await WinnerAsync();
        await GitAsync("clone", "--quiet", "--bare", winner, Place);
        await GitAsync("-C", Place, "tag", "v1.1.0", commit + "~1");
        var refused = await Assert.ThrowsAsync<PushRefusedException>(() => PushAsync(Place, new PinnedSource(winner, commit)));
        Assert.Contains("v1.1.0 exists", refused.Message, StringComparison.Ordinal);
        Assert.Equal(await GitAsync("-C", winner, "rev-parse", commit + "~1"), await GitAsync("-C", Place, "rev-parse", "v1.1.0"));
    }

    [Fact]
    public async Task A_remote_that_refuses_is_quoted_and_not_to_be_tried_again()
    {
        var (winner, commit) = await WinnerAsync();
        await GitAsync("init", "--quiet", "--bare", Place);
        var hook = Path.Combine(Place, "hooks", "pre-receive");
        await File.WriteAllTextAsync(hook, "#!/bin/sh\necho tags are signed here >&2\nexit 1\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var refused = await Assert.ThrowsAsync<PushRefusedException>(() => PushAsync(Place, new PinnedSource(winner, commit)));
        Assert.Contains("tags are signed here", refused.Message, StringComparison.Ordinal);
        var absent = await Assert.ThrowsAsync<PushRefusedException>(() => PushAsync(Path.Combine(root, "absent.git"), new PinnedSource(winner, commit)));
        Assert.Contains("absent.git", absent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_HTTP_the_token_opens_and_a_wrong_one_is_refused_and_not_told()
    {
        var (winner, commit) = await WinnerAsync();
        await GitAsync("init", "--quiet", "--bare", Place);
        await GitAsync("-C", Place, "config", "http.receivepack", "true");
        await using var server = await GitHttpServer.StartAsync(root);

        var wrong = await Assert.ThrowsAsync<PushRefusedException>(() => PushAsync(server.AddressOf("baselines.git", $"{GitHttpServer.User}:wrong-secret"), new PinnedSource(winner, commit)));
        Assert.DoesNotContain("wrong-secret", wrong.ToString(), StringComparison.Ordinal);
        var right = server.AddressOf("baselines.git", $"{GitHttpServer.User}:{GitHttpServer.Password}");
        Assert.Equal(commit, await PushAsync(right, new PinnedSource(winner, commit)));
        Assert.Equal(commit, await PushAsync(right, new PinnedSource(winner, commit)));
        Assert.Equal(commit, await GitAsync("-C", Place, "rev-parse", "v1.1.0"));
        // No repository of ours keeps the token.
        foreach (var file in Directory.EnumerateFiles(Settings.DataFolder, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(GitHttpServer.Password, await File.ReadAllTextAsync(file), StringComparison.Ordinal);

        // Another machine, on which the promoted commit is not yet, fetches it with the token; a participant's registration never does.
        var elsewhere = Settings with { DataFolder = Path.Combine(root, "elsewhere"), Remotes = [GitRemote.Of(right, null)] };
        var place = GitRemote.Of(right, null).Address;
        Assert.IsType<ParticipantProgram.Folder>(await new ParticipantSources(elsewhere, new EngineFinder()).PrepareAsync(new PinnedSource(place, commit), CancellationToken.None));
        await Assert.ThrowsAsync<SourceRefusedException>(() => new ParticipantSources(elsewhere, new EngineFinder()).PinAsync(place, commit, null, null, CancellationToken.None));
    }

    [Fact]
    public async Task The_token_of_GitHub_is_sent_to_no_other_host_and_the_one_of_baselines_is()
    {
        var (winner, commit) = await WinnerAsync();
        using var certificate = Certificate();
        await File.WriteAllTextAsync(Path.Combine(root, "ca.pem"), certificate.ExportCertificatePem());
        await using var server = await GitHttpServer.StartAsync(root, certificate);
        Environment.SetEnvironmentVariable("GIT_SSL_CAINFO", Path.Combine(root, "ca.pem"));
        try
        {
            async Task<IEnumerable<string?>> SeenAsync(TournamentOptions options)
            {
                var remote = options.BaselineRemote(ImageType.Analytics)!;
                await Assert.ThrowsAsync<PushRefusedException>(() => new BaselineRepository(remote, Settings).PushAsync(new PinnedSource(winner, commit), null, "v1.1.0", CancellationToken.None));
                var seen = server.SignIns.ToList();
                server.SignIns.Clear();
                return seen;
            }
            var place = $"{server.Address}/baselines.git";
            Assert.Equal([null], (await SeenAsync(new TournamentOptions { BaselineAnalyticsRepository = place, GithubToken = "gh-secret" })).Distinct());
            Assert.Contains($"Basic {Convert.ToBase64String("x-access-token:own-secret"u8)}", await SeenAsync(new TournamentOptions { BaselineAnalyticsRepository = place, BaselineToken = "own-secret", GithubToken = "gh-secret" }));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GIT_SSL_CAINFO", null);
        }
    }

    [Theory]
    [InlineData("https://github.com/org/ml.git", true)]
    [InlineData("https://GitHub.com/org/ml.git", true)]
    [InlineData("http://github.com/org/ml.git", false)]
    [InlineData("https://github.com:8443/org/ml.git", false)]
    [InlineData("https://github.com.example.org/org/ml.git", false)]
    [InlineData("https://notgithub.com/org/ml.git", false)]
    [InlineData("https://git.example.org/github.com/ml.git", false)]
    public void The_token_of_GitHub_signs_in_there_alone(string setting, bool signsIn) =>
        Assert.Equal(signsIn, GitRemote.Of(setting, null, "gh-secret").SignsIn);

    [Fact]
    public async Task A_server_that_does_not_answer_costs_the_limit_and_is_to_be_tried_again()
    {
        var (winner, commit) = await WinnerAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/baselines.git";
        var repository = new BaselineRepository(GitRemote.Of(address, null), Settings with { FetchLimit = TimeSpan.FromSeconds(3) });
        var away = await Assert.ThrowsAsync<PlatformFaultException>(() => repository.PushAsync(new PinnedSource(winner, commit), null, "v1.1.0", CancellationToken.None));
        Assert.Contains("too long", away.Message, StringComparison.Ordinal);
    }

    private Task<string> PushAsync(string remote, PinnedSource source, string? folder = null) =>
        new BaselineRepository(GitRemote.Of(remote, null), Settings).PushAsync(source, folder, "v1.1.0", CancellationToken.None);

    /// <summary>Of 127.0.0.1, signed by itself.</summary>
    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>A repository of two commits, and the second one.</summary>
    private async Task<(string Repository, string Commit)> WinnerAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "winner")).FullName;
        await GitAsync("init", "--quiet", folder);
        foreach (var text in (string[])["echo one\n", "echo two\n"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "run.sh"), text);
            await GitAsync("-C", folder, "add", "--all");
            await GitAsync("-C", folder, "commit", "--quiet", "--message", "mine");
        }
        return (folder, await GitAsync("-C", folder, "rev-parse", "HEAD"));
    }

    private static async Task<string> GitAsync(params string[] arguments)
    {
        var info = new System.Diagnostics.ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Author)
            info.Environment[name] = value;
        info.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = System.Diagnostics.Process.Start(info)!;
        var (output, errors) = (git.StandardOutput.ReadToEndAsync(), git.StandardError.ReadToEndAsync());
        await git.WaitForExitAsync();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {await errors}");
        return (await output).TrimEnd('\n');
    }
}
