using Agon.Contracts.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Problems;

public sealed class SourcesTests : IDisposable
{
    private readonly TaskOnDisk disk = new();

    public void Dispose() => disk.Dispose();

    private static string Source(string path) => $$"""
        files:
          - {name: submission.py, source: "@SUBMISSION@"}
          - {name: eval.py, source: "{{path}}"}

        """;

    [Theory]
    [InlineData("one\r\ntwo\rthree\n\r\nend", "one\ntwo\nthree\n\nend")]
    [InlineData("ünï → 𝕏\n", "ünï → 𝕏\n")]
    [InlineData("", "")]
    [InlineData("a\u2028b\u0085c\fd", "a\u2028b\u0085c\fd")]
    public void Only_CRLF_and_CR_become_LF(string written, string read)
    {
        disk.Write("eval.py", written);
        Assert.Equal(read, disk.Read().Files["eval.py"]);
    }

    [Theory]
    [InlineData("../eval.py")]
    [InlineData("../../shared/eval.py")]
    [InlineData("./../.././set/../shared//eval.py")]
    public void Sources_may_go_up_within_the_set(string path)
    {
        disk.Write("../eval.py", "up\n");
        disk.Write("../../shared/eval.py", "up\n");
        Assert.Equal("up\n", disk.Read(Source(path)).Files["eval.py"]);
    }

    [Fact]
    public void Without_a_repository_the_set_ends_two_folders_up()
    {
        disk.Write("../../../secret.py", "secret");
        Assert.Equal("task.yml:10: files[1].source '../../../secret.py' is outside the problem set's root", disk.Refusal(Source("../../../secret.py")));
        Assert.Equal("task.yml:10: files[1].source '/etc/hostname' is outside the problem set's root", disk.Refusal(Source("/etc/hostname")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_repository_is_the_set_whether_git_is_a_folder_or_a_file(bool folder)
    {
        disk.Write("../outside.py", "x");
        disk.Write("../../../wide.py", "wide\n");
        if (folder)
            Directory.CreateDirectory(Path.Combine(disk.Folder, ".git"));
        else
            disk.Write(".git", "gitdir: elsewhere");
        Assert.EndsWith("is outside the problem set's root", disk.Refusal(Source("../outside.py")));

        Directory.CreateDirectory(Path.Combine(disk.Root, "..", ".git"));
        Assert.EndsWith("is outside the problem set's root", disk.Refusal(Source("../../../wide.py")));
        if (folder)
            Directory.Delete(Path.Combine(disk.Folder, ".git"));
        else
            File.Delete(Path.Combine(disk.Folder, ".git"));
        Assert.Equal("wide\n", disk.Read(Source("../../../wide.py")).Files["eval.py"]);
    }

    [Fact]
    public void A_root_that_is_named_wins_over_what_is_found()
    {
        disk.Write("../eval.py", "up\n");
        Assert.Equal("up\n", disk.Read(Source("../eval.py"), Path.Combine(disk.Root, "set")).Files["eval.py"]);
        Assert.EndsWith("is outside the problem set's root", disk.Refusal(Source("../eval.py"), disk.Folder));
        Assert.Equal("none: there is no folder '" + Path.Combine(disk.Root, "none") + "'", disk.Refusal("", Path.Combine(disk.Root, "none")));
    }

    [Fact]
    public void A_folder_whose_name_only_begins_like_the_root_is_outside()
    {
        disk.Write("../task-two/eval.py", "other");
        Assert.EndsWith("is outside the problem set's root", disk.Refusal(Source("../task-two/eval.py"), disk.Folder));
    }

    [Fact]
    public void A_link_is_followed_before_it_is_judged()
    {
        disk.Write("../../../secret.py", "secret");
        disk.Write("../inside.py", "inside\n");
        disk.Link("good.py", "../inside.py");
        disk.Link("bad.py", "../../../secret.py");
        disk.Link("absolute.py", Path.Combine(Path.GetDirectoryName(disk.Root)!, "secret.py"));
        disk.Link("away", "../../..");
        disk.Link("chain.py", "good.py");
        Assert.Equal("inside\n", disk.Read(Source("good.py")).Files["eval.py"]);
        Assert.Equal("inside\n", disk.Read(Source("chain.py")).Files["eval.py"]);
        foreach (var path in new[] { "bad.py", "absolute.py", "away/secret.py" })
            Assert.Equal($"task.yml:10: files[1].source '{path}' is outside the problem set's root", disk.Refusal(Source(path)));
    }

    [Fact]
    public void A_link_in_the_way_counts_before_the_dots_behind_it()
    {
        disk.Write("../other/deep/x", "");
        disk.Write("../other/found.py", "by the link\n");
        disk.Write("found.py", "by the letters\n");
        disk.Link("link", "../other/deep");
        Assert.Equal("by the link\n", disk.Read(Source("link/../found.py")).Files["eval.py"]);
    }

    [Fact]
    public void Links_that_chase_each_other_end()
    {
        disk.Link("a.py", "b.py");
        disk.Link("b.py", "a.py");
        Assert.Equal("task.yml:10: files[1].source 'a.py' has a loop of links", disk.Refusal(Source("a.py")));
    }

    [Fact]
    public void A_task_reached_through_a_link_knows_its_real_place()
    {
        disk.Write("../eval.py", "up\n");
        disk.Write("task.yml", TaskOnDisk.Yaml + Source("../eval.py"));
        var link = Path.Combine(disk.Root, "..", "link");
        Directory.CreateSymbolicLink(link, disk.Folder);
        Assert.Equal("up\n", TaskFolder.Read(link).Files["eval.py"]);
    }

    [Theory]
    [InlineData("none.py", "does not exist")]
    [InlineData("eval.py/x", "does not exist")]
    [InlineData("none/none.py", "does not exist")]
    [InlineData(".", "is a folder")]
    [InlineData("", "is a folder")]
    public void A_source_that_is_no_file_is_named(string path, string why) =>
        Assert.Equal($"task.yml:10: files[1].source '{path}' {why}", disk.Refusal(Source(path)));

    [Fact]
    public void A_file_of_ten_megabytes_is_read_and_one_byte_more_is_refused()
    {
        disk.Write("eval.py", new string('#', 10_000_000));
        Assert.Equal(10_000_000, disk.Read().Files["eval.py"].Length);
        disk.Write("eval.py", new string('#', 10_000_001));
        Assert.Equal("task.yml:7: files[1].source 'eval.py' is larger than 10 MB", disk.Refusal());
    }

    [Fact]
    public void A_hundred_files_are_read_and_one_more_is_refused()
    {
        string Files(int count) => "files:\n  - {name: submission.py, source: \"@SUBMISSION@\"}\n"
            + string.Concat(Enumerable.Range(1, count - 1).Select(n => $"  - {{name: {(n == 1 ? "eval" : $"f{n}")}.py, source: eval.py}}\n"));
        Assert.Equal(100, disk.Read(Files(100)).Files.Count);
        Assert.Equal("task.yml:9: files names 101 files; 100 are allowed", disk.Refusal(Files(101)));
    }

    [Theory]
    [InlineData(new byte[] { 0x23, 0xFF, 0x0A }, "is not UTF-8 text")]
    [InlineData(new byte[] { 0x23, 0xC3 }, "is not UTF-8 text")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "is not UTF-8 text")]
    [InlineData(new byte[] { 0x23, 0x00 }, "holds a NUL character")]
    public void A_source_is_UTF_8_text_that_every_database_can_store(byte[] bytes, string why)
    {
        disk.Write("eval.py", bytes);
        Assert.Equal($"task.yml:7: files[1].source 'eval.py' {why}", disk.Refusal());
    }

    [Fact]
    public void A_device_is_never_opened()
    {
        disk.Link("zero.py", "/dev/zero");
        Assert.Equal("", disk.Read(Source("zero.py"), "/").Files["eval.py"]);
    }

    [Fact]
    public void A_folder_without_a_task_yml_says_so()
    {
        File.Delete(Path.Combine(disk.Folder, "task.yml"));
        Assert.Equal("task.yml: does not exist", disk.Refusal());
    }

    [Theory]
    [InlineData("/nowhere/at/all", "all: there is no folder '/nowhere/at/all'")]
    [InlineData("", ": there is no folder ''")]
    public void A_folder_that_is_not_there_is_named(string folder, string message) =>
        Assert.Equal(message, Assert.Throws<ProblemFileException>(() => TaskFolder.Read(folder)).Message);

    [Theory]
    [InlineData("min_isolation: none", IsolationLevel.None)]
    [InlineData("min_isolation: weak", IsolationLevel.Weak)]
    [InlineData("min_isolation: 'standard'", IsolationLevel.Standard)]
    [InlineData("min_isolation: strong # remark", IsolationLevel.Strong)]
    [InlineData("{}", IsolationLevel.Standard)]
    [InlineData("# nothing yet", IsolationLevel.Standard)]
    [InlineData("", IsolationLevel.Standard)]
    public void Agon_yml_asks_for_an_isolation_level(string yaml, IsolationLevel level)
    {
        disk.Write("agon.yml", yaml);
        Assert.Equal(level, disk.Read().Agon.MinIsolation);
    }

    [Theory]
    [InlineData("min_isolation: high", "agon.yml:1: min_isolation is 'high'; it must be none, weak, standard or strong")]
    [InlineData("min_isolation: 2", "agon.yml:1: min_isolation is '2', which YAML does not take for text; put it in quotes")]
    [InlineData("min_isolation:", "agon.yml:1: min_isolation is empty; it must be text")]
    [InlineData("\nisolation: none", "agon.yml:2: unknown key 'isolation'; known are min_isolation")]
    [InlineData("[none]", "agon.yml:1: the file must be a map of key: value")]
    public void A_wrong_agon_yml_is_refused(string yaml, string message)
    {
        disk.Write("agon.yml", yaml);
        Assert.Equal(message, disk.Refusal());
    }

    [Fact]
    public void An_agon_yml_that_leads_out_of_the_set_is_not_read()
    {
        disk.Write("../../../agon.yml", "min_isolation: none");
        disk.Link("agon.yml", "../../../agon.yml");
        Assert.Equal("agon.yml: is outside the problem set's root", disk.Refusal());
    }
}
