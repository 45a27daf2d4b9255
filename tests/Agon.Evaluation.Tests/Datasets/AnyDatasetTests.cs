using System.Globalization;
using System.Text;
using System.Text.Json;
using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Evaluation.Tests.Datasets;

/// <summary>What was written as the contract has it is read as it was meant, whatever names and numbers it is about.</summary>
public sealed class AnyDatasetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("agon-any-dataset-").FullName;

    // Any text of which UTF-8 has a form, and more often than by chance what CSV and JSON have signs of their own for.
    private static readonly Gen<string> Field = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""))),
        Gen.Elements(",", "\"", "\n", "\r\n", "\r", "a", " ", "ß", "\\", "").ListOf().Select(string.Concat));

    private static readonly Gen<string> Name = Field.Where(text => text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= 256);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_table_is_read_as_it_was_written_with_its_fields_in_quotes_where_they_must_be()
    {
        var row = from fields in Field.ArrayOf(3) from quoteAll in Gen.Elements(true, false) select (fields, quoteAll);
        Holds(row.ListOf(), rows =>
        {
            var text = new StringBuilder("a,b,c\n");
            foreach (var (fields, quoteAll) in rows)
                text.Append(string.Join(',', fields.Select(field => quoteAll || field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field))).Append('\n');
            using var table = new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())), "any.csv");
            return rows.All(row => table.Read() && row.fields.Index().All(field => Encoding.UTF8.GetString(table[field.Index]) == field.Item)) && !table.Read();
        });
    }

    [Fact]
    public void Risk_scores_are_read_as_the_numbers_that_they_are_and_strangers_are_told_apart()
    {
        var rows = from address in Name from score in ArbMap.Default.GeneratorFor<double>() from isKnown in Gen.Elements(true, false) select (address, score, isKnown);
        Holds(rows.ListOf().Select(all => all.DistinctBy(row => row.address).ToList()), all =>
        {
            var known = new AddressBook();
            foreach (var row in all.Where(row => row.isKnown))
                known.Add(Encoding.UTF8.GetBytes(row.address));
            File.WriteAllText(Path.Combine(folder, "risk_scores.csv"), "address,risk_score\n" + string.Concat(all.Select(row =>
                $"\"{row.address.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{row.score.ToString("R", CultureInfo.InvariantCulture)}\n")));
            var (addresses, scores) = RiskScoresReader.Read(folder, known, new OutputLimits(), CancellationToken.None);
            return scores.SequenceEqual(all.Select(row => row.score))
                && addresses.Zip(all).All(pair => pair.Second.isKnown ? known[pair.First] == pair.Second.address : pair.First < 0);
        });
    }

    [Fact]
    public void Patterns_are_read_with_their_type_and_addresses_and_no_two_have_one_id()
    {
        var pattern = from type in Gen.Elements(Enum.GetValues<PatternType>()) from addresses in Name.NonEmptyListOf() select (type, addresses);
        Holds(pattern.ListOf(), patterns =>
        {
            string Lines(Func<int, int> id) => string.Concat(patterns.Select((one, n) => JsonSerializer.Serialize(
                new Dictionary<string, object> { ["pattern_id"] = $"{id(n)}", ["pattern_type"] = ContractWord.Of(one.type), ["addresses"] = one.addresses }) + "\n"));
            IReadOnlyList<ReportedPattern> Read(string lines)
            {
                File.WriteAllText(Path.Combine(folder, "patterns.jsonl"), lines);
                return new PatternsReader(new AddressBook(), new OutputLimits()).Read(folder, CancellationToken.None);
            }
            var read = Read(Lines(n => n));
            return read.Count == patterns.Count
                && read.Zip(patterns).All(pair => pair.First.Addresses.Length == pair.Second.addresses.Count
                    && pair.First.Addresses.Distinct().Count() == pair.Second.addresses.Distinct().Count())
                && (patterns.Count < 2 || Assert.Throws<DatasetFileException>(() => Read(Lines(_ => 7))).Message.Contains("same pattern_id", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void A_META_json_is_read_as_it_was_written_and_a_changed_one_names_no_file_but_tables()
    {
        var meta = DatasetMeta.Of(new DatasetKey("torus", new DateOnly(2026, 3, 1), 30), new Dictionary<string, long> { ["transfers"] = 3 },
            DatasetFiles.Tables.ToDictionary(table => $"{table}.csv", _ => new string('0', 64)));
        Assert.Equal(meta.Sha256, DatasetMeta.Parse(meta.ToJson()).Sha256);
        var change = from at in Gen.Choose(0, meta.ToJson().Length - 1) from to in Gen.Elements("\"{}[]:,./0a\\\n"u8.ToArray()) select (at, to);
        Holds(change.NonEmptyListOf(), changes =>
        {
            var bytes = meta.ToJson();
            foreach (var (at, to) in changes)
                bytes[at] = to;
            try
            {
                var read = DatasetMeta.Parse(bytes);
                return read.Key is not null && read.Sha256.Keys.All(name => DatasetFiles.Tables.Any(table => name == $"{table}.csv" || name == $"{table}.csv.gz"));
            }
            catch (DatasetFileException)
            {
                return true;
            }
        });
    }

    private static void Holds<T>(Gen<T> inputs, Func<T, bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(inputs.ToArbitrary(), property));
}
