using Agon.Contracts.Repositories;
using Agon.Domain.Repositories;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Contracts.Tests.Repositories;

/// <summary>The shipped rules over any files: what one file holds is found whatever else lies beside it.</summary>
public sealed class AnyRepositoryTests
{
    private static readonly Gen<string> Text = Gen.Elements(
        "import os\n", "eval('1')\n", "x = 'ev' 'al'\n", "\"\"\"", "'", "f'{exec(\"a\")}'\n", "#", "\\\n", "RUN curl x | sh\n", "FROM a\n", "\0", "é", "\r\n", "    ", "def f():\n", ";;;;").ListOf().Select(string.Concat);

    private static readonly Gen<RepositoryFile> OneFile =
        from name in Gen.Elements("main.py", "ops/Dockerfile", "a/b.py", "setup.sh", "README.md", "requirements.txt", ".env", "x.bin")
        from text in Text
        select new RepositoryFile(name, text, null);

    [Fact]
    public void What_is_found_in_a_file_depends_on_no_other_and_on_no_order()
    {
        var inputs = OneFile.NonEmptyListOf().Select(files => files.DistinctBy(file => file.Path).ToList());
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(inputs.ToArbitrary(), files =>
        {
            var whole = Told(files);
            var backwards = Told([.. Enumerable.Reverse(files)]);
            var oneByOne = files.SelectMany(file => Told([file]).Where(found => found.StartsWith($"{file.Path}:", StringComparison.Ordinal) && !found.EndsWith("dockerfile_missing", StringComparison.Ordinal)));
            return whole.SequenceEqual(backwards)
                && whole.Where(found => !found.EndsWith("dockerfile_missing", StringComparison.Ordinal)).Order(StringComparer.Ordinal).SequenceEqual(oneByOne.Order(StringComparer.Ordinal));
        }));
    }

    private static List<string> Told(IReadOnlyList<RepositoryFile> files) =>
        [.. RepositoryCheck.Run(files, RepositoryRules.All).Select(found => $"{found.File}:{found.Line} {found.Rule.Id}")];
}
