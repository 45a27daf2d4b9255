using System.Text;
using Agon.Evaluation.Datasets;

namespace Agon.Evaluation.Tests.Datasets;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b", "1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b", "1|2")]
    [InlineData("a,b\n1,2", "a|b", "1|2")]
    [InlineData("\ufeffa,b\n,\n", "a|b", "|")]
    [InlineData("a,b\n\"1,\"\"x\"\"\n\r\n\",\"2\"\r\n3,4\n", "a|b", "1,\"x\"\n\r\n|2", "3|4")]
    [InlineData("\"a\",\"b\"\n\"\",\"\"\"\"\n", "a|b", "|\"")]
    [InlineData("a,b\n\"1\",2\r\n\"3\",\"4\"", "a|b", "1|2", "3|4")]
    [InlineData("a\n1\n2\n", "a", "1", "2")]
    public void Rows_are_read_as_RFC_4180_writes_them(string text, string header, params string[] rows)
    {
        foreach (var step in (int[])[1, 2, 7, 4096])
        {
            using var table = Over(text, step);
            Assert.Equal(header.Split('|'), table.Columns);
            foreach (var row in rows)
            {
                Assert.True(table.Read());
                Assert.Equal(row, string.Join('|', Enumerable.Range(0, table.Columns.Count).Select(column => Encoding.UTF8.GetString(table[column]))));
            }
            Assert.False(table.Read());
        }
    }

    [Theory]
    [InlineData("a,b\n1,2\n1\n", "t.csv line 3: 1 fields, where the header has 2")]
    [InlineData("a,b\n\"x\ny\",2\n1\n", "t.csv line 4: 1 fields, where the header has 2")]
    [InlineData("a,b\n\"1,2\n", "t.csv line 2: a quoted field does not end")]
    [InlineData("a,b\n1\"2,3\n", "t.csv line 2: a quote stands in the middle of a field")]
    [InlineData("a,b\n\"1\"2,3\n", "t.csv line 2: a quote stands in the middle of a field")]
    [InlineData("a,b\n\n", "t.csv line 2: 1 fields, where the header has 2")]
    public void What_is_not_RFC_4180_is_told_with_its_line(string text, string error)
    {
        var failure = Assert.Throws<DatasetFileException>(() =>
        {
            using var table = Over(text, 3);
            while (table.Read())
            {
            }
        });
        Assert.Equal(error, failure.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_without_end_is_refused_in_bounded_memory(bool isQuoted)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<DatasetFileException>(() => Over((isQuoted ? "\"" : "") + new string('x', 40 << 20), 1 << 20).Dispose());
        Assert.Contains("1048576 bytes", failure.Message, StringComparison.Ordinal);
        // Forty million letters are the test's own, twice and once more as bytes.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 260 << 20);
    }

    [Fact]
    public void Addresses_keep_the_number_that_they_got_first()
    {
        var book = new AddressBook();
        var names = Enumerable.Range(0, 50_000).Select(n => Encoding.UTF8.GetBytes($"address {n}")).ToList();
        for (var n = 0; n < names.Count; n++)
            Assert.Equal(n, book.Add(names[n]));
        for (var n = 0; n < names.Count; n++)
        {
            Assert.Equal(n, book.Add(names[n]));
            Assert.Equal(n, book.Find(names[n]));
            Assert.Equal($"address {n}", book[n]);
        }
        Assert.Equal((-1, 50_000), (book.Find("address"u8), book.Count));
        Assert.Equal(50_000, book.Add(""u8));
        Assert.Equal(50_000, book.Find(""u8));
    }

    private static CsvReader Over(string text, int step) => new(new SlowStream(Encoding.UTF8.GetBytes(text), step), "t.csv");

    /// <summary>Gives a few bytes at a time, as a pipe or an archive may.</summary>
    private sealed class SlowStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, step)]);
    }
}
