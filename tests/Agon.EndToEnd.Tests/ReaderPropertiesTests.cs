using System.Text;
using Agon.Fuzz;
using Agon.Fuzz.Readers;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.EndToEnd.Tests;

/// <summary>Every reader of what strangers write, as the fuzz knows them, held to one property: it reads, or refuses in its own words.</summary>
public sealed class ReaderPropertiesTests
{
    [Fact]
    public void Every_reader_reads_or_refuses_any_text_and_any_piece_of_a_valid_one_with_any_text_in_it()
    {
        using var folder = new ScratchFolder();
        foreach (var target in AllReaders.In(folder))
        {
            var (texts, pieces) = (ArbMap.Default.GeneratorFor<string>(), ArbMap.Default.GeneratorFor<PositiveInt>());
            var any = texts.Select(text => Encoding.UTF8.GetBytes(text ?? ""));
            var spliced = from valid in Gen.Elements(target.Valid.ToArray())
                          from text in texts
                          from start in pieces
                          from end in pieces
                          select Splice(valid, Encoding.UTF8.GetBytes(text ?? ""), start.Get, end.Get);
            // The same inputs each time: others are the business of ./test fuzz --seed.
            FsCheck.Check.One(Config.QuickThrowOnFailure.WithReplay(20261130, 1).WithMaxTest(100).WithName(target.Name), Prop.ForAll(Gen.OneOf(any, spliced).ToArbitrary(), Holds));

            // The target throws whatever is not its refusal, and FsCheck tells the input.
            bool Holds(byte[] input)
            {
                target.TryAsync(input).AsTask().GetAwaiter().GetResult();
                return true;
            }
        }
    }

    private static byte[] Splice(byte[] valid, byte[] text, int start, int end)
    {
        var from = start % (valid.Length + 1);
        return [.. valid[..from], .. text, .. valid[Math.Min(valid.Length, from + (end % 20))..]];
    }
}
