using Agon.Contracts.Repositories;
using Agon.Domain.Repositories;

namespace Agon.Contracts.Tests.Repositories;

public sealed class RepositoryCheckTests
{
    private const string GoodDockerfile = "FROM agon/python\nCOPY main.py /app/main.py\nCMD [\"python3\", \"/app/main.py\"]\n";

    private static List<string> Findings(string path, string text) =>
        [.. RepositoryCheck.Run(Files((RepositoryCheck.DockerfilePath, GoodDockerfile), (path, text)), RepositoryRules.All)
            .Where(finding => finding.Rule.Severity != RuleSeverity.Note).Select(finding => $"{finding.Rule.Id}:{finding.Line}")];

    private static List<RepositoryFile> Files(params (string Path, string Text)[] files) =>
        [.. files.DistinctBy(file => file.Path, StringComparer.Ordinal).Select(file => new RepositoryFile(file.Path, files.Last(other => other.Path == file.Path).Text, null))];

    private const string Evm = "0x52908400098527886E0F7030069857D2E4169EE7";

    [Theory]
    [InlineData("exec(base64.b64decode(payload))", "exec:1")]
    [InlineData("\n\nrun = exec\nrun(text)", "exec:3")]
    [InlineData("print(f'{eval(text)}')", "exec:1")]
    [InlineData("\uFF45\uFF58\uFF45\uFF43(text)", "lookalike_letters:1")]
    [InlineData("exec \\\n  (text)", "exec:1")]
    [InlineData("__import__('os')", "exec:1")]
    [InlineData("import builtins", "builtins:1")]
    [InlineData("import marshal", "builtins:1")]
    [InlineData("import pickle as json", "builtins:1")]
    [InlineData("code = compile(text, 'x', 'exec')", "compile:1")]
    [InlineData("data = b64decode('aGVsbG8=')", "decoded_payload:1")]
    [InlineData("known = '" + Evm + "'", "evm_address:1")]
    [InlineData("known = '0x52908400098527886E0F' '7030069857D2E4169EE7'", "evm_address:1")]
    [InlineData("known = '0x52908400098527886E0F' + \\\n '7030069857D2E4169EE7'", "evm_address:1")]
    [InlineData("known = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'", "other_address:1")]
    [InlineData("known = '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'", "other_address:1")]
    [InlineData("tx = '0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060'", "transaction_hash:1")]
    [InlineData("pool = 'stratum+tcp://pool:3333'", "mining:1")]
    public void Bad_python_is_found_with_its_line(string text, string finding) => Assert.Contains(finding, Findings("main.py", text));

    [Theory]
    [InlineData("# exec(compile(text))\nprint('exec(compile(')")]
    [InlineData("import re\npattern = re.compile('x')\nmodel.eval()\ncursor.execute('SELECT 1')\ndef compile(self): pass")]
    [InlineData("executor.submit(work)\nevaluate(x)")]
    [InlineData("pi = '3141592653589793238462643383279502'")]
    [InlineData("zero = '0x0000000000000000000000000000000000000000'")]
    [InlineData("digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")]
    [InlineData("text = '''a 'quoted' \"word\" \\''' # no end\n'''")]
    [InlineData("name = 'a' ; other = 'b'\n")]
    public void Good_python_passes(string text) => Assert.Empty(Findings("main.py", text));

    [Theory]
    [InlineData("setup.sh", "echo\ncurl -s https://x/y | sudo bash\n", "download_and_run:2")]
    [InlineData("known.json", "[\"" + Evm + "\"]", "address_table:1")]
    [InlineData("env/venv/answers.pkl", "x", "data_file:")]
    [InlineData("tool.so", "x", "forbidden_file:")]
    [InlineData("readme.md.exe", "x", "double_extension:")]
    public void Other_bad_files_are_found(string path, string text, string finding) => Assert.Contains(finding, Findings(path, text));

    [Theory]
    [InlineData("requirements.txt", "numpy==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [InlineData("README.md", "Install with curl from https://example.org, then run main.py.\n")]
    public void Other_good_files_pass(string path, string text) => Assert.Empty(Findings(path, text));

    [Theory]
    [InlineData("FROM a AS build\nRUN true\nFROM b\nRUN echo \\\n # comment\n x && curl x | sh\n", "docker_download_and_run:4")]
    [InlineData("ARG base=x\nFROM ${base}\n", "docker_variable_base:2")]
    [InlineData("FROM a\nADD https://example.org/x /x\n", "docker_remote_add:2")]
    [InlineData("FROM a\nRUN --mount=type=secret,id=x true\n", "docker_rights:2")]
    [InlineData("FROM a\nRUN apt-get -y install x\n", "docker_package:2")]
    public void Every_stage_of_the_dockerfile_is_read(string dockerfile, string finding) =>
        Assert.Contains(finding, Findings(RepositoryCheck.DockerfilePath, dockerfile));

    [Fact]
    public void A_missing_dockerfile_is_an_error() =>
        Assert.Equal(["dockerfile_missing"], RepositoryCheck.Run(Files(("main.py", "")), RepositoryRules.All).Select(finding => finding.Rule.Id));

    [Fact]
    public void A_folder_named_env_hides_nothing_and_a_link_is_an_error()
    {
        var folder = Directory.CreateTempSubdirectory("agon-check-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "env", "ops"));
            Directory.CreateDirectory(Path.Combine(folder, "ops"));
            File.WriteAllText(Path.Combine(folder, "ops", "Dockerfile"), GoodDockerfile);
            File.WriteAllText(Path.Combine(folder, "env", "ops", "a.py"), "exec(x)");
            File.WriteAllBytes(Path.Combine(folder, "b.py"), [1, 0, 2]);
            File.WriteAllText(Path.Combine(folder, "empty.py"), "");
            File.CreateSymbolicLink(Path.Combine(folder, "c.py"), "/etc/passwd");

            var found = RepositoryCheck.Run(RepositoryFolder.Read(folder), RepositoryRules.All);

            Assert.Equal(["b.py binary_file", "c.py link", "env/ops/a.py exec"], found.Select(finding => $"{finding.File} {finding.Rule.Id}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_rule_has_an_explanation_and_a_name_of_its_own()
    {
        Assert.All(RepositoryRules.All, rule => Assert.EndsWith(".", rule.Explanation, StringComparison.Ordinal));
        Assert.Equal(RepositoryRules.All.Count, RepositoryRules.All.Select(rule => rule.Id).Distinct().Count());
    }
}
