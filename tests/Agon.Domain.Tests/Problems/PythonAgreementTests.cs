using System.Diagnostics;
using System.Text;
using Agon.Domain.Problems;

namespace Agon.Domain.Tests.Problems;

public sealed class PythonAgreementTests
{
    // The right column is what CPython 3.11 prints.
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(1.0 / 3, "0.3333333333333333")]
    [InlineData(100.0, "100.0")]
    [InlineData(123456.789, "123456.789")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(1.5e-10, "1.5e-10")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(12345678901234567.0, "1.2345678901234568e+16")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1e100, "1e+100")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(2.2250738585072014e-308, "2.2250738585072014e-308")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void A_float_is_written_as_Python_does(double value, string python) => Assert.Equal(python, new CaseValue.Real(value).ToPython());

    [PythonFact]
    public void Floats_agree_with_a_real_Python()
    {
        var random = new Random(4711);
        double[] values =
        [
            .. Enumerable.Range(0, 3000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
            .. Enumerable.Range(-330, 650).Select(exponent => double.Parse($"1e{exponent}")),
            .. Enumerable.Range(0, 1000).Select(n => n / 1000.0),
            .. Enumerable.Range(0, 500).Select(_ => Math.Round(random.NextDouble() * 1e6, 3)),
        ];
        var python = AskPython(
            "for line in sys.stdin: print(struct.unpack('<d', struct.pack('<q', int(line)))[0])",
            values.Select(value => BitConverter.DoubleToInt64Bits(value).ToString()));
        Assert.Equal(python, values.Select(value => new CaseValue.Real(value).ToPython()));
    }

    [PythonFact]
    public void Text_in_lists_agrees_with_a_real_Python()
    {
        // Letters that have been what they are for long: newer ones are known to one side only.
        var letters = Enumerable.Range(0, 0x800).Concat(Enumerable.Range(0x2000, 0x65)).Concat([0x3000, 0xE000, 0xFEFF, 0xFFFD, 0x1F600, 0xE0001, 0x10FFFD]);
        string[] texts = [.. letters.Select(letter => $"<{new Rune(letter)}>"), "", "'", "\"", "'\"", "\\'", "it's \\ \"so\"", "it's \\n"];
        var python = AskPython(
            "for line in sys.stdin: print([bytes.fromhex(line).decode()])",
            texts.Select(text => Convert.ToHexString(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(python, texts.Select(text => new CaseValue.List([new CaseValue.Text(text)]).ToPython()));
    }

    private static string[] AskPython(string program, IEnumerable<string> lines)
    {
        using var python = Process.Start(new ProcessStartInfo(PythonFactAttribute.Interpreter, ["-I", "-c", "import struct, sys; sys.stdout.reconfigure(encoding='utf-8')\n" + program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var answer = python.StandardOutput.ReadToEndAsync();
        foreach (var line in lines)
            python.StandardInput.WriteLine(line);
        python.StandardInput.Close();
        if (!answer.Wait(TimeSpan.FromSeconds(60)))
        {
            python.Kill();
            Assert.Fail("Python did not answer within 60 s");
        }
        return answer.Result.TrimEnd('\n').Split('\n');
    }
}
