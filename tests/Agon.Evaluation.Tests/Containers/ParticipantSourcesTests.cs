using Agon.Evaluation.Containers;
using Agon.Evaluation.Tests.Kernels;

namespace Agon.Evaluation.Tests.Containers;

public sealed class ParticipantSourcesTests
{
    private const string Git = "/usr/bin/git";

    private static ParticipantSources Sources(string data, bool local = true) => new(new SourceSettings { DataFolder = data, AllowLocalRepositories = local }, new EngineFinder());

    private static async Task<string> FolderOfAsync(ParticipantSources sources, PinnedSource pinned) =>
        ((ParticipantProgram.Folder)await sources.PrepareAsync(pinned, CancellationToken.None)).Path;

    [ToolFact(Git)]
    public async Task A_moved_branch_and_a_moved_tag_change_nothing()
    {
        using var repository = new LocalRepository();
        var first = repository.Commit("run.sh", "echo first");
        repository.Git("tag", "--annotate", "v1", "--message", "one");
        var sources = Sources(repository.Data);
        var byBranch = await sources.PinAsync(repository.Folder, "main", null, null, CancellationToken.None);
        var byTag = await sources.PinAsync(repository.Folder, "v1", null, null, CancellationToken.None);
        var byHead = await sources.PinAsync(repository.Folder, null, null, null, CancellationToken.None);

        var second = repository.Commit("run.sh", "echo second");
        repository.Git("tag", "--force", "v1");

        Assert.Equal((first, first, first), (byBranch.CommitHash, byTag.CommitHash, byHead.CommitHash));
        Assert.Equal("echo first", await File.ReadAllTextAsync(Path.Combine(await FolderOfAsync(sources, byBranch), "run.sh")));
        Assert.Equal(second, (await sources.PinAsync(repository.Folder, "v1", null, null, CancellationToken.None)).CommitHash);
    }

    [ToolFact(Git)]
    public async Task A_pinned_commit_outlives_its_repository()
    {
        using var repository = new LocalRepository();
        repository.Commit("run.sh", "echo");
        var pinned = await Sources(repository.Data).PinAsync(repository.Folder, "main", null, null, CancellationToken.None);
        Directory.Delete(repository.Folder, recursive: true);

        Assert.True(File.Exists(Path.Combine(await FolderOfAsync(Sources(repository.Data), pinned), "run.sh")));
        Directory.CreateDirectory(repository.Folder);
    }

    [ToolFact(Git)]
    public async Task What_nobody_runs_and_nobody_used_for_a_while_is_forgotten_and_nothing_else()
    {
        using var repository = new LocalRepository();
        using var other = new LocalRepository();
        var sources = Sources(repository.Data);
        Task<PinnedSource> PinAsync(string? address, string? folder = null) => sources.PinAsync(address, null, null, folder, CancellationToken.None);
        repository.Commit("run.sh", "echo first");
        var running = await PinAsync(repository.Folder);
        repository.Commit("run.sh", "echo second");
        other.Commit("run.sh", "echo other");
        var (old, stranger, copy) = (await PinAsync(repository.Folder), await PinAsync(other.Folder), await PinAsync(null, other.Folder));
        string Place(string kind, string? name) => Path.Combine(repository.Data, kind, name!);
        var repositories = Directory.GetDirectories(Place("repositories", ""));
        var now = TimeProvider.System.GetUtcNow();
        foreach (var kind in Directory.EnumerateDirectories(repository.Data))
            foreach (var place in Directory.EnumerateDirectories(kind))
                Directory.SetLastWriteTimeUtc(place, now.UtcDateTime.AddDays(-31));
        // It is tried again: somebody uses it.
        await FolderOfAsync(sources, old);

        sources.Forget([running], now.AddDays(-30));

        Assert.Equal([running.CommitHash!, old.CommitHash!], Directory.GetDirectories(Place("checkouts", "")).Select(Path.GetFileName).OrderBy(name => name == old.CommitHash));
        Assert.False(Directory.Exists(Place("folders", copy.FolderHash)));
        Assert.Equal((2, 1), (repositories.Length, Directory.GetDirectories(Place("repositories", "")).Length));
        Assert.Equal("echo first", await File.ReadAllTextAsync(Path.Combine(await FolderOfAsync(sources, running), "run.sh")));
        // One too many is taken again from where it came.
        Assert.True(Directory.Exists(await FolderOfAsync(sources, stranger)));
    }

    [ToolFact(Git)]
    public async Task An_old_commit_is_taken_by_its_full_hash()
    {
        using var repository = new LocalRepository();
        var first = repository.Commit("run.sh", "echo first");
        repository.Commit("run.sh", "echo second");
        var sources = Sources(repository.Data);

        var folder = await FolderOfAsync(sources, await sources.PinAsync(repository.Folder, first, null, null, CancellationToken.None));

        Assert.Equal("echo first", await File.ReadAllTextAsync(Path.Combine(folder, "run.sh")));
        Assert.Equal(folder, await FolderOfAsync(sources, new PinnedSource(repository.Folder, first)));
    }

    [ToolTheory(Git)]
    [InlineData("/no/such/repository", "cannot be reached")]
    [InlineData("https://127.0.0.1:1/a/b", "cannot be reached")]
    [InlineData("--upload-pack=touch /tmp/agon-was-here", "is no https address")]
    [InlineData("ext::sh -c true", "is no https address")]
    [InlineData("ssh://git@127.0.0.1/a/b", "is no https address")]
    [InlineData("https://user:password@127.0.0.1/a/b", "more than host and path")]
    public async Task What_cannot_be_reached_is_refused_in_one_sentence(string address, string why)
    {
        using var repository = new LocalRepository();
        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(repository.Data).PinAsync(address, null, null, null, CancellationToken.None));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [ToolTheory(Git)]
    [InlineData("no-such-branch")]
    [InlineData("0123456")]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("--output=/tmp/agon-was-here")]
    public async Task A_branch_or_commit_that_is_not_there_and_a_short_hash_are_refused(string name)
    {
        using var repository = new LocalRepository();
        repository.Commit("run.sh", "echo");
        await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(repository.Data).PinAsync(repository.Folder, name, null, null, CancellationToken.None));
    }

    [ToolFact(Git)]
    public async Task A_local_repository_is_refused_unless_the_operator_allows_it()
    {
        using var repository = new LocalRepository();
        repository.Commit("run.sh", "echo");
        await Assert.ThrowsAsync<SourceRefusedException>(
            () => Sources(repository.Data, local: false).PinAsync(repository.Folder, null, null, null, CancellationToken.None));
    }

    [ToolFact(Git)]
    public async Task Hooks_filters_and_attributes_of_a_repository_do_nothing()
    {
        using var repository = new LocalRepository();
        repository.Commit(".gitattributes", "kept.txt export-ignore filter=evil\nhash.txt export-subst\n");
        repository.Commit("kept.txt", "kept");
        repository.Commit("hash.txt", "$Format:%H$");
        repository.Commit("run.sh", "true");
        var sources = Sources(repository.Data);

        var folder = await FolderOfAsync(sources, await sources.PinAsync(repository.Folder, null, null, null, CancellationToken.None));

        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(folder, "kept.txt")));
        Assert.Equal("$Format:%H$", await File.ReadAllTextAsync(Path.Combine(folder, "hash.txt")));
    }

    [ToolFact(Git)]
    public async Task A_repository_with_a_link_is_refused()
    {
        using var repository = new LocalRepository();
        File.CreateSymbolicLink(Path.Combine(repository.Folder, "link"), "/etc/passwd");
        repository.Commit("run.sh", "echo");

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(repository.Data).PinAsync(repository.Folder, null, null, null, CancellationToken.None));

        Assert.Equal("the repository holds 'link', which is neither file nor folder but a symbolic link", refused.Message);
    }

    [ToolFact(Git)]
    public async Task A_repository_with_nothing_to_run_is_refused()
    {
        using var repository = new LocalRepository();
        repository.Commit("main.py", "print()");

        var refused = await Assert.ThrowsAsync<SourceRefusedException>(() => Sources(repository.Data).PinAsync(repository.Folder, null, null, null, CancellationToken.None));

        Assert.Contains("run.sh", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_copied_when_it_is_registered()
    {
        using var folders = new RunFolders();
        RunFolders.Put(folders.Program, "run.sh", "echo first");
        RunFolders.Put(folders.Program, "deep/down/words.txt", "x");
        var sources = Sources(folders.Output);
        var pinned = await sources.PinAsync(null, null, null, folders.Program, CancellationToken.None);
        RunFolders.Put(folders.Program, "run.sh", "echo second");

        var folder = await FolderOfAsync(sources, pinned);

        Assert.Equal("echo first", await File.ReadAllTextAsync(Path.Combine(folder, "run.sh")));
        Assert.True(File.Exists(Path.Combine(folder, "deep/down/words.txt")));
        Assert.NotEqual(pinned.FolderHash, (await sources.PinAsync(null, null, null, folders.Program, CancellationToken.None)).FolderHash);
    }

    [Fact]
    public async Task A_lost_copy_of_a_folder_that_changed_is_our_fault()
    {
        using var folders = new RunFolders();
        RunFolders.Put(folders.Program, "run.sh", "echo first");
        var sources = Sources(folders.Output);
        var pinned = await sources.PinAsync(null, null, null, folders.Program, CancellationToken.None);
        RunFolders.Put(folders.Program, "run.sh", "echo second");
        Directory.Delete(Path.Combine(folders.Output, "folders"), recursive: true);

        await Assert.ThrowsAsync<PlatformFaultException>(() => sources.PrepareAsync(pinned, CancellationToken.None));
    }

    [Fact]
    public async Task A_folder_with_a_link_is_refused()
    {
        using var folders = new RunFolders();
        File.CreateSymbolicLink(Path.Combine(folders.Program, "link"), "/etc");
        var refused = await Assert.ThrowsAsync<SourceRefusedException>(
            () => Sources(folders.Output).PinAsync(null, null, null, folders.Program, CancellationToken.None));

        Assert.Equal("the folder holds a link: link", refused.Message);
    }
}
