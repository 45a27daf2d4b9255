using Agon.Domain.Repositories;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Domain.Tests.Repositories;

/// <summary>Whatever way an instruction is written, the gate sees what the builder will do.</summary>
public sealed class AnyDockerfileTests
{
    private static readonly Gen<string> Word = Gen.Elements("curl", "x", "|", "sh", "&&", "a=b", "#", "--flag", "/y");

    // Between two words: a blank, or a continued line, with comments and empty lines in it.
    private static readonly Gen<string> Gap = Gen.Elements(" ", "\t", " \\\n", "\\\n ", " \\\n# a comment \\\n", " \\\r\n\n# another\n  ");

    [Fact]
    public void Lines_that_go_on_and_comments_within_them_hide_nothing()
    {
        var instruction =
            from word in Gen.Elements("RUN", "run", "Env", "CMD")
            from first in Word.Where(text => text != "#")
            from rest in (from gap in Gap from text in Word.Where(text => text != "#") select (gap, text)).ListOf()
            select (word, first, rest);
        Holds(instruction.NonEmptyListOf(), instructions =>
        {
            var text = string.Concat(instructions.Select(one => $"{one.word} {one.first}{string.Concat(one.rest.Select(more => more.gap + more.text))}\n"));
            var read = Dockerfile.Parse(text).Instructions;
            return read.Count == instructions.Count && read.Zip(instructions).All(pair => pair.First.Word.Equals(pair.Second.word, StringComparison.OrdinalIgnoreCase)
                && pair.First.Flags.Concat(pair.First.Arguments).SequenceEqual([pair.Second.first, .. pair.Second.rest.Select(more => more.text)]));
        });
    }

    [Fact]
    public void Every_image_from_outside_is_a_base_and_no_finished_stage_is()
    {
        var stage = from image in Gen.Choose(0, 5) from name in Gen.Choose(0, 5) from isOutside in Gen.Elements(true, false) select (image, name, isOutside);
        Holds(stage.NonEmptyListOf(), stages =>
        {
            var (text, outside, finished) = ("", new List<string>(), new HashSet<string>());
            foreach (var (image, name, isOutside) in stages)
            {
                var from = isOutside || !finished.Contains($"stage{image}") ? $"registry/image{image}" : $"Stage{image}";
                if (from.StartsWith("registry", StringComparison.Ordinal))
                    outside.Add(from);
                text += $"FROM {from} as STAGE{name}\nCOPY --from=stage{name} /x /y\nCOPY --from=0 /x /y\nCOPY --from=other/image{image} /x /y\n";
                // The builder knows a stage when it is finished, not while it is built.
                if (!finished.Contains($"stage{name}"))
                    outside.Add($"stage{name}");
                outside.Add($"other/image{image}");
                finished.Add($"stage{name}");
            }
            return Dockerfile.Parse(text).Bases().Select(found => found.Image).SequenceEqual(outside);
        });
    }

    private static void Holds<T>(Gen<T> inputs, Func<T, bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(inputs.ToArbitrary(), property));
}
