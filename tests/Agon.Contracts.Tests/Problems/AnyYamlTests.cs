using System.Text;
using Agon.Contracts.Problems;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Contracts.Tests.Problems;

/// <summary>Whatever a problem's files hold, the readers either read them or refuse them in one line.</summary>
public sealed class AnyYamlTests : IDisposable
{
    private static readonly string Whole = TaskOnDisk.Yaml + """
        tests:
          - &a {n: 1, m: [1, 2.5, yes], kind: "x"}
          - {<<: *a, n: 0x10}
        benchmarks: [{n: 12:30}]
        test_timeout: 1_0
        templates: {Python: eval.py}
        gpus: [A100]
        seed: ~
        # remark
        description: |
          text
        """;

    private static readonly string[] Pieces =
    [
        .. "{ } [ ] : , - ? | > ' \" & * ! % @ # ~ < = \n \t".Split(' '), " ", "\n", "\r", "\n  ", "\n    - ", ": ", "\"\\u", "\\x", "\\U0010FFFF", "<<: ", "*a", "&a ", "!!int ",
        "---", "...", "%YAML 1.1\n", "%TAG ! x\n", "|2\n", ">-\n", "null", "0x", "1_", "1:2", ".inf", "1.0e+999", "2025-01-01", "\u2028", "\uFEFF", "\u0085", "\0", "𝕏", "\u007F",
        "files", "lang: ", "config", "tests", "seed", "gpus", "ranking_by", "world_size", "multi_gpu: true", "@SUBMISSION@", "../", "/dev/zero", "eval.py", new string('[', 40), new string('9', 5000),
    ];

    // AGON_TEST_RUNS=50000 looks longer.
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("AGON_TEST_RUNS"), out var runs) ? runs : 300;

    private readonly TaskOnDisk disk = new();

    public void Dispose() => disk.Dispose();

    [Fact]
    public void The_text_that_is_changed_is_right_to_begin_with() => Assert.Equal(2, disk.Read(Whole[TaskOnDisk.Yaml.Length..]).Tests.Length);

    [Fact]
    public void Random_text_is_read_or_refused_in_one_line() =>
        Check(Gen.Sized(size => Gen.Choose(0, 6).SelectMany(_ => Piece.ArrayOf(1 + size / 3)).Select(string.Concat)));

    [Fact]
    public void A_task_with_pieces_put_in_and_cut_out_is_read_or_refused_in_one_line() =>
        Check(Mutation.NonEmptyListOf().Select(mutations => mutations.Aggregate(Whole, (text, change) => change(text))));

    [Fact]
    public void Random_bytes_are_read_or_refused_in_one_line() =>
        FsCheck.Check.One(Settings, Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsRight([.. Encoding.UTF8.GetBytes(Whole), .. bytes])));

    private static Gen<string> Piece =>
        Gen.Frequency((4, Gen.Elements(Pieces)), (1, ArbMap.Default.GeneratorFor<char>().Select(letter => letter.ToString())));

    private static Gen<Func<string, string>> Mutation =>
        from piece in Piece
        from cut in Gen.Elements(0, 0, 1, 1, 2, 5, 30)
        from place in Gen.Choose(0, 10_000)
        select (Func<string, string>)(text =>
        {
            var at = place % (text.Length + 1);
            return text[..at] + piece + text[Math.Min(text.Length, at + cut)..];
        });

    private static Config Settings => Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(60);

    private void Check(Gen<string> texts) =>
        FsCheck.Check.One(Settings, Prop.ForAll(texts.ToArbitrary(), text => IsRight(Encoding.UTF8.GetBytes(text))));

    private bool IsRight(byte[] yaml)
    {
        disk.Write("task.yml", yaml);
        disk.Write("agon.yml", yaml);
        disk.Write("../contest.yaml", yaml);
        return IsReadOrRefused(() => TaskFolder.Read(disk.Folder))
            && IsReadOrRefused(() => CompetitionFile.Read(Path.Combine(disk.Root, "set", "contest.yaml")))
            && IsReadOrRefused(() => ProblemSet.Read(Path.Combine(disk.Root, "set")));
    }

    // Any other exception goes through and fails the property with the text that caused it.
    private static bool IsReadOrRefused(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (ProblemFileException refusal)
        {
            // Nor does it speak of what only this program's authors know.
            return refusal.Message.Length < 600 && !refusal.Message.Any(char.IsControl)
                && !refusal.Message.Contains("Exception", StringComparison.Ordinal) && !refusal.Message.Contains("System.", StringComparison.Ordinal);
        }
    }
}
