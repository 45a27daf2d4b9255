using Agon.Domain.Repositories;

namespace Agon.Domain.Tests.Repositories;

/// <summary>What of a Dockerfile is built; each line refused here made the classic builder fetch something, or build more than is written.</summary>
public sealed class BuildGateTests
{
    [Theory]
    [InlineData("FROM agon/python\nCOPY main.py /app/\nCMD [\"python3\", \"/app/main.py\"]\n")]
    [InlineData("# a remark\n\nARG size=3\nfrom agon/python AS build\nRUN echo \"$size\" && \\\n  # inside\n\n  true\nFROM agon/python\nCOPY --from=build --chown=1:1 /x /y\nADD [\"a b\", \"/c/\"]\n")]
    [InlineData("FROM a AS b\nFROM b\nCOPY --from=0 /x /y\nCOPY [\"with \\\"quotes\\\" and é\", \"/x\"]\n")]
    public void An_ordinary_file_is_built(string dockerfile) => Assert.Null(BuildGate.Refusal(Dockerfile.Parse(dockerfile)));

    [Theory]
    [InlineData("")]
    [InlineData("RUN true\n")]
    [InlineData("# escape=`\nFROM a\n")]
    [InlineData("# syntax=docker.io/evil/frontend\nFROM a\n")]
    [InlineData("ARG base=x\nFROM $base\n")]
    [InlineData("FROM \"a\"\n")]
    [InlineData("FROM --platform=linux/arm64 a\n")]
    [InlineData("FROM a\nADD https://example.org/x /x\n")]
    [InlineData("FROM a\nADD [\"https:\\/\\/example.org/x\", \"/x\"]\n")]
    [InlineData("FROM a\nADD [\"http\\u003a//example.org/x\", \"/x\"]\n")]
    [InlineData("FROM a\nADD http:\\\n//example.org/x /x\n")]
    [InlineData("FROM a\nADD http:\"/\"/example.org/x /x\n")]
    [InlineData("FROM a\nADD 'ht'tp://example.org/x /x\n")]
    [InlineData("FROM a\nENV u=http://example.org/x\nADD $u /x\n")]
    [InlineData("FROM a\nADD --chown=1\u00a0http://example.org/x /x\n")]
    [InlineData("FROM a\nADD git@example.org:x /x\n")]
    [InlineData("FROM a\nA\\\nDD https://example.org/x /x\n")]
    [InlineData("FROM a\nCOPY --fr\"\"om=b /x /y\n")]
    [InlineData("FROM a\nCOPY --from=$b /x /y\n")]
    [InlineData("FROM a\nCOPY --chown=1 \u00a0--from=b /x /y\n")]
    [InlineData("FROM a\nONBUILD COPY x /x\n")]
    [InlineData("FROM a\nVOLUME /x\n")]
    [InlineData("FROM a\nRUN --mount=type=bind,from=b true\n")]
    [InlineData("FROM a\nRUN true\u000bx\n")]
    [InlineData("FROM\u000ba\n")]
    [InlineData("FROM a\nINCLUDE x\n")]
    [InlineData("FROM a\nRUN true \\\\\\\n")]
    [InlineData("FROM a AS postgres\nCOPY --from=Postgres / /x\n")]
    [InlineData("FROM a\nRUN <<x\nFROM b\nx\n")]
    [InlineData("FROM a\nRUN cat 3<<-x\nx\n")]
    [InlineData("FROM a\nRUN ${none:-<<x}\nFROM b\nx\n")]
    [InlineData("FROM a\nCOPY <<x /y\nx\n")]
    public void What_could_fetch_or_hide_something_is_refused(string dockerfile) => Assert.NotNull(BuildGate.Refusal(Dockerfile.Parse(dockerfile)));

    [Theory]
    [InlineData("FRO\\\nM a\n", "FROM", "a")]
    [InlineData("FROM a\\\nb\n", "FROM", "ab")]
    [InlineData("RUN x \\  \n  # no end\n\n\t y\n", "RUN", "x \t y")]
    [InlineData("RUN x \\", "RUN", "x")]
    [InlineData("  run\tx\r\n", "RUN", "x")]
    public void Continued_lines_are_joined_as_the_engine_joins_them(string dockerfile, string word, string text)
    {
        var instruction = Assert.Single(Dockerfile.Parse(dockerfile).Instructions);

        Assert.Equal((1, word, text), (instruction.Line, instruction.Word, instruction.Text));
    }

    [Theory]
    [InlineData("FROM a\nFROM 0\n", "a,0")]
    [InlineData("FROM a AS b\nFROM B\nCOPY --from=b /x /y\nCOPY --from=1 /x /y\nCOPY --from=2 /x /y\n", "a,2")]
    [InlineData("FROM a AS b\nCOPY --from=b /x /y\nFROM a AS b\nCOPY --from=b /x /y\n", "a,b,a")]
    [InlineData("FROM scratch\nCOPY --from=nginx /x /y\n", "nginx")]
    public void Every_image_from_outside_is_a_base_and_no_stage_is(string dockerfile, string bases) =>
        Assert.Equal(bases, string.Join(',', Dockerfile.Parse(dockerfile).Bases().Select(each => each.Image)));

    [Theory]
    [InlineData("COPY --chown=1 --chmod=755 x /x")]
    [InlineData("ADD --chmod=755 x /x")]
    public void What_only_another_builder_can_do_is_said_before_a_build(string instruction) =>
        Assert.Contains("line 2: the --chmod option requires BuildKit", BuildGate.Refusal(Dockerfile.Parse($"FROM a\n{instruction}\n")), StringComparison.Ordinal);

    [Fact]
    public void No_label_of_the_file_holds_against_ours() =>
        Assert.Equal(
            "FROM sha256:1\nLABEL l=\"v\"\nARG p=l\nLABEL $p=x\nLABEL l=\"v\"\n",
            Dockerfile.Parse("FROM a\nARG p=l\nLABEL $p=x\n").Write(new Dictionary<string, string> { ["a"] = "sha256:1" }, new Dictionary<string, string> { ["l"] = "v" }));

    [Fact]
    public void What_is_built_names_its_bases_by_their_ids()
    {
        var dockerfile = Dockerfile.Parse("ARG x\nFROM a AS build\nRUN one && \\\n  two\nFROM scratch\nCOPY --chown=1\t--from=b:1\t/x /y\nCOPY --from=build /x /y\n");
        Assert.Null(BuildGate.Refusal(dockerfile));

        Assert.Equal(
            "ARG x\nFROM sha256:1 AS build\nLABEL l=\"v\"\nRUN one &&   two\nFROM scratch\nLABEL l=\"v\"\nCOPY --chown=1\t--from=sha256:2\t/x /y\nCOPY --from=build /x /y\n",
            dockerfile.Write(new Dictionary<string, string> { ["a"] = "sha256:1", ["b:1"] = "sha256:2" }, new Dictionary<string, string> { ["l"] = "v" }));
    }
}
