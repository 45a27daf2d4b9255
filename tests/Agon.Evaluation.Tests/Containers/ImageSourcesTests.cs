using Agon.Evaluation.Containers;

namespace Agon.Evaluation.Tests.Containers;

/// <summary>Participants that come as an image, or as a repository that is built into one (threats T120, T124).</summary>
public sealed class ImageSourcesTests
{
    private const string Command = "\nCMD [\"/bin/sh\", \"-c\", \"true\"]\n";

    private static ParticipantSources Sources(LocalRepository repository) =>
        new(new SourceSettings { DataFolder = repository.Data, AllowLocalRepositories = true }, new EngineFinder());

    private static Task<PinnedSource> PinAsync(LocalRepository repository) => Sources(repository).PinAsync(repository.Folder, null, null, null, CancellationToken.None);

    private static async Task<string> PrepareAsync(LocalRepository repository, PinnedSource pinned) =>
        ((ParticipantProgram.Image)await Sources(repository).PrepareAsync(pinned, CancellationToken.None)).ImageId;

    [DockerFact]
    public async Task Docker_repository_is_built_once_a_commit_and_its_image_goes_when_nobody_needs_it()
    {
        using var repository = new LocalRepository();
        var commit = repository.Commit("ops/Dockerfile", $"FROM {Docker.BaseImage}\nCOPY . /app{Command}");
        var pinned = await PinAsync(repository);

        var id = await PrepareAsync(repository, pinned);
        Assert.Equal(id, await PrepareAsync(repository, pinned));
        Assert.Equal((commit, $"agon-participant:{commit}"), (pinned.CommitHash, pinned.ImageTag));

        await Sources(repository).KeepImagesAsync(new HashSet<string> { commit }, CancellationToken.None);
        Assert.NotNull(await Docker.Engine.ImageIdAsync(id, CancellationToken.None));
        await Sources(repository).KeepImagesAsync(new HashSet<string>(), CancellationToken.None);
        Assert.Null(await Docker.Engine.ImageIdAsync(id, CancellationToken.None));
        Assert.False(Sources(repository).HasImages);
    }

    [DockerTheory]
    [InlineData("FROM agon/no-such-image\n", "line 1: the image 'agon/no-such-image' is not on this machine")]
    [InlineData("FROM Python:3.12\n", "line 1: the image 'Python:3.12' is not on this machine")]
    [InlineData("FROM agon/python\nCOPY --from=nginx /x /x\n", "line 2: the image 'nginx' is not on this machine")]
    [InlineData("FROM agon/python\nADD [\"http:\\/\\/127.0.0.1/x\", \"/x\"]\n", "line 2: ADD takes files")]
    [InlineData("# escape=`\nFROM agon/python\n", "the directive '# escape='")]
    public async Task Docker_repository_that_would_fetch_something_is_refused_at_registration(string dockerfile, string why)
    {
        using var repository = new LocalRepository();
        repository.Commit("ops/Dockerfile", dockerfile);

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => PinAsync(repository));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [DockerTheory]
    [InlineData("FROM agon/python\nRUN echo no such luck >&2; exit 3\n" + Command, "no such luck", "exit 3")]
    [InlineData("FROM scratch\nCOPY ops /x\n", "names no command")]
    public async Task Docker_build_that_fails_is_its_makers_doing_and_leaves_nothing(string dockerfile, params string[] why)
    {
        using var repository = new LocalRepository();
        var commit = repository.Commit("ops/Dockerfile", dockerfile);
        var pinned = await PinAsync(repository);

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => PrepareAsync(repository, pinned));

        Assert.Contains(why, part => refused.Message.Contains(part, StringComparison.Ordinal));
        Assert.Equal("", await Docker.Engine.AskAsync(["image", "ls", "--quiet", "--filter", "dangling=true", "--filter", $"label={ImageBuild.CommitLabel}={commit}"], CancellationToken.None));
        Assert.Equal("", await Docker.Engine.AskAsync(["ps", "--all", "--quiet", "--filter", $"label={ImageBuild.CommitLabel}={commit}"], CancellationToken.None));
        Assert.Null(await Docker.Engine.ImageIdAsync(ImageBuild.Tag(commit), CancellationToken.None));
        Assert.False(Sources(repository).HasImages);
    }

    [DockerFact]
    public async Task Docker_image_of_a_server_that_died_in_a_build_goes_with_the_others()
    {
        using var repository = new LocalRepository();
        var commit = repository.Commit("ops/Dockerfile", "FROM agon/no-such-image\n");
        var (folder, record) = (Directory.CreateDirectory(Path.Combine(repository.Data, "lost")).FullName, Path.Combine(repository.Data, "images", commit));
        RunFolders.Put(folder, "ops/Dockerfile", $"FROM {Docker.BaseImage}{Command}");
        var build = new ImageBuild(Docker.Engine, new SourceSettings { DataFolder = repository.Data });
        await build.BuildAsync(folder, commit, CancellationToken.None);
        await File.WriteAllTextAsync(record, "");   // what stands there while an image is built

        await build.KeepOnlyAsync(new HashSet<string>(), CancellationToken.None);

        Assert.Null(await Docker.Engine.ImageIdAsync(ImageBuild.Tag(commit), CancellationToken.None));
    }

    [DockerFact]
    public async Task Docker_build_step_that_is_killed_from_outside_is_our_fault()
    {
        using var repository = new LocalRepository();
        var mark = $"{Guid.NewGuid():N}";
        repository.Commit("ops/Dockerfile", $"FROM {Docker.BaseImage}\nRUN : {mark}; sleep 300{Command}");
        var pinned = await PinAsync(repository);
        var building = PrepareAsync(repository, pinned);
        var step = "";
        for (var n = 0; n < 600 && step.Length == 0 && !building.IsCompleted; n++)
        {
            var all = await Docker.Engine.AskAsync(["ps", "--no-trunc", "--format", "{{.ID}} {{.Command}}"], CancellationToken.None);
            step = all.Split('\n').FirstOrDefault(line => line.Contains(mark, StringComparison.Ordinal))?.Split(' ')[0] ?? "";
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        await Docker.Engine.AskAsync(["kill", "--", step], CancellationToken.None);

        Assert.Contains("from outside", (await Assert.ThrowsAsync<PlatformFaultException>(() => building)).Message, StringComparison.Ordinal);
    }

    [DockerTheory]
    [InlineData("exit 137")]
    [InlineData("sleep 100 & kill -9 $!; wait $!")]
    [InlineData("echo unexpected EOF >&2; exit 1")]
    [InlineData("echo 'error during connect: EOF' >&2; kill -TERM $$")]
    public async Task Docker_build_step_that_looks_killed_by_its_own_doing_is_its_makers_fault(string step)
    {
        using var repository = new LocalRepository();
        repository.Commit("ops/Dockerfile", $"FROM {Docker.BaseImage}\nRUN {step}; exit 3{Command}");
        var pinned = await PinAsync(repository);
        await Assert.ThrowsAsync<SourceRefusedException>(() => PrepareAsync(repository, pinned));
    }

    [DockerFact]
    public async Task Docker_build_finds_no_network_no_socket_and_no_files_but_its_own()
    {
        using var repository = new LocalRepository();
        repository.Commit("ops/Dockerfile", $"""
            FROM {Docker.BaseImage} AS first
            COPY ops/look.sh /look.sh
            RUN sh /look.sh
            FROM {Docker.BaseImage}
            COPY --from=first /look.sh /look.sh
            RUN sh /look.sh
            {Command}
            """);
        repository.Commit("ops/look.sh", """
            [ "$(grep -c : /proc/net/dev)" -le 1 ] || { echo HOLE network >&2; exit 1; }
            [ ! -e /var/run/docker.sock ] && [ ! -e /run/agon ] && [ ! -e /run/secrets ] || { echo HOLE files >&2; exit 1; }
            env | grep -qi -e agon -e token -e secret -e proxy && { echo HOLE environment >&2; exit 1; }
            true
            """);

        var pinned = await PinAsync(repository);
        var id = await PrepareAsync(repository, pinned);

        await Sources(repository).KeepImagesAsync(new HashSet<string>(), CancellationToken.None);
        Assert.StartsWith("sha256:", id, StringComparison.Ordinal);
    }

    [DockerGroupFact]
    public async Task Docker_build_has_no_more_processes_than_it_may()
    {
        using var repository = new LocalRepository();
        repository.Commit("ops/Dockerfile", $"FROM {Docker.BaseImage}\nRUN for i in $(seq 1100); do sleep 100 & done; echo HOLE{Command}");
        var pinned = await PinAsync(repository);

        await Assert.ThrowsAsync<SourceRefusedException>(() => PrepareAsync(repository, pinned));
    }

    [DockerFact]
    public async Task Docker_base_image_that_is_gone_after_registration_is_our_fault()
    {
        var name = $"agon-test-base:{Guid.NewGuid():N}";
        using var repository = new LocalRepository();
        repository.Commit("ops/Dockerfile", $"FROM {name}{Command}");
        await Docker.Engine.AskAsync(["tag", Docker.BaseImage, name], CancellationToken.None);
        PinnedSource pinned;
        try
        {
            pinned = await PinAsync(repository);
        }
        finally
        {
            await Docker.Engine.AskAsync(["image", "rm", "--", name], CancellationToken.None);
        }

        await Assert.ThrowsAsync<PlatformFaultException>(() => PrepareAsync(repository, pinned));
    }

    [DockerFact]
    public async Task Docker_image_is_pinned_by_its_id_and_a_moved_tag_changes_nothing()
    {
        using var repository = new LocalRepository();
        using var folders = new RunFolders();
        var name = $"agon-test-image:{Guid.NewGuid():N}";
        var first = await BuildAsync(folders, name, "FROM agon/python\nCMD echo first");
        var pinned = await Sources(repository).PinAsync(null, null, name, null, CancellationToken.None);
        var second = await BuildAsync(folders, name, "FROM agon/python\nCMD echo second");
        try
        {
            Assert.Equal((first, name), (pinned.ImageId, pinned.ImageTag));
            Assert.NotEqual(first, second);
            Assert.Equal(first, await PrepareAsync(repository, pinned));
            Assert.Equal(second, (await Sources(repository).PinAsync(null, null, second, null, CancellationToken.None)).ImageId);
        }
        finally
        {
            await Docker.Engine.AskAsync(["image", "rm", "--force", "--", first, second], CancellationToken.None);
        }

        await Assert.ThrowsAsync<PlatformFaultException>(() => PrepareAsync(repository, pinned));
    }

    [DockerTheory]
    [InlineData("agon/no-such-image", "is not on this machine")]
    [InlineData("a//b", "is not on this machine")]
    [InlineData("0123456789ab", "is no name of an image")]
    [InlineData("--help", "is no name of an image")]
    [InlineData("agon/no-such-image@sha256:0000000000000000000000000000000000000000000000000000000000000000", "is not on this machine")]
    public async Task Docker_image_that_is_not_here_is_refused_and_nothing_is_fetched(string name, string why)
    {
        using var repository = new LocalRepository();
        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(repository).PinAsync(null, null, name, null, CancellationToken.None));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [DockerFact]
    public async Task Docker_image_with_a_volume_is_refused_and_never_run()
    {
        using var repository = new LocalRepository();
        using var folders = new RunFolders();
        var name = $"agon-test-image:{Guid.NewGuid():N}";
        var id = await BuildAsync(folders, name, "FROM agon/python\nVOLUME /big\nCMD echo");
        try
        {
            var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(repository).PinAsync(null, null, name, null, CancellationToken.None));
            var outcome = await new ImageRun(Docker.Engine).RunAsync(id, folders.Run(new ParticipantProgram.Image(id)), CancellationToken.None);

            Assert.Contains("volumes", refused.Message, StringComparison.Ordinal);
            Assert.Equal((refused.Message, 0), (outcome.Error, outcome.ExecutionTimeSeconds));
        }
        finally
        {
            await Docker.Engine.AskAsync(["image", "rm", "--force", "--", id], CancellationToken.None);
        }
    }

    [DockerFact]
    public async Task Docker_participant_cannot_build_on_anothers_image()
    {
        using var repository = new LocalRepository();
        using var other = new LocalRepository();
        repository.Commit("ops/Dockerfile", $"FROM {Docker.BaseImage}{Command}");
        var pinned = await PinAsync(repository);
        var id = await PrepareAsync(repository, pinned);
        try
        {
            other.Commit("ops/Dockerfile", $"FROM {id}\n");
            Assert.Contains("another participant's", (await Assert.ThrowsAsync<SourceRefusedException>(() => PinAsync(other))).Message, StringComparison.Ordinal);
            Assert.Contains(
                "another participant's",
                (await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(other).PinAsync(null, null, pinned.ImageTag, null, CancellationToken.None))).Message, StringComparison.Ordinal);
        }
        finally
        {
            await Sources(repository).KeepImagesAsync(new HashSet<string>(), CancellationToken.None);
        }
    }

    /// <summary>As somebody else would: by the engine alone.</summary>
    private static async Task<string> BuildAsync(RunFolders folders, string name, string dockerfile)
    {
        RunFolders.Put(folders.Program, "Dockerfile", dockerfile + "\n");
        return await Docker.Engine.AskAsync(["build", "--quiet", "--network", "none", "--tag", name, "--", folders.Program], CancellationToken.None);
    }
}
