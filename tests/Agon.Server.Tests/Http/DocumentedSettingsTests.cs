using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Agon.Evaluation.Datasets;
using Agon.Server.Devices;

namespace Agon.Server.Tests.Http;

/// <summary>docs/api.md against the classes that settings are read into: each setting has its row, with its default, and each row its setting.</summary>
public partial class DocumentedSettingsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(DocumentedAnswersTests.Root(), "docs", "api.md"));

    /// <summary>What stands in the first and second cell of each row that begins with a setting.</summary>
    private static List<(string[] Settings, string Default)> Rows => [.. Row().Matches(Page).Select(row =>
        (Word().Matches(row.Groups["settings"].Value).Select(word => word.Groups["name"].Value).ToArray(), row.Groups["default"].Value.Trim()))];

    [Fact]
    public void Every_setting_has_a_row_and_every_row_is_a_setting()
    {
        var read = Classes().SelectMany(one => Properties(one).Select(property => $"{SectionOf(one)}:{property.Name}"))
            .Concat(typeof(DeviceOption).GetProperties().Select(property => $"{DeviceOptions.Section}:NAME:{property.Name}"))
            .Append("Problems:Repositories:NAME").Append("Logging:Format").Concat(S3Settings.Variables);
        Assert.Equal(read.Order(StringComparer.Ordinal), Rows.SelectMany(row => row.Settings).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_variable_of_a_contract_is_named_on_the_page() =>
        Assert.All(AgonFoundation.ContractVariables, known => Assert.Contains($"`{known.Variable}`", Page, StringComparison.Ordinal));

    [Fact]
    public void Every_number_switch_and_time_has_the_default_that_its_row_says()
    {
        foreach (var one in Classes())
        {
            var usual = Activator.CreateInstance(one)!;
            foreach (var property in Properties(one).Where(property => property.PropertyType.IsValueType))
            {
                var (settings, defaults) = Rows.Single(row => row.Settings.Contains($"{SectionOf(one)}:{property.Name}"));
                var said = defaults.Split([", ", "; else "], StringSplitOptions.TrimEntries);
                Assert.True(said.Contains(Text(property.GetValue(usual)!)), $"{string.Join(", ", settings)} has {Text(property.GetValue(usual)!)}, and its row says {defaults}");
            }
        }
    }

    private static IEnumerable<Type> Classes() => typeof(AgonServer).Assembly.GetTypes()
        .Where(one => one.Name.EndsWith("Options", StringComparison.Ordinal) && one != typeof(DeviceOptions));

    private static IEnumerable<PropertyInfo> Properties(Type one) =>
        one.GetProperties().Where(property => property.GetSetMethod(nonPublic: true) is not null);

    private static string SectionOf(Type one) =>
        one.GetField("Section", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetRawConstantValue() as string ?? "Tournaments";

    private static string Text(object value) => value switch
    {
        bool isOn => isOn ? "true" : "false",
        TimeSpan time => time.Milliseconds == 0 ? $"{time:c}" : $"{time:c}".TrimEnd('0'),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:#,0.##}"),
    };

    [GeneratedRegex(@"^\| (?<settings>`[A-Z][^|]*) \| (?<default>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*(:[A-Za-z]+)+|[A-Z0-9]+_[A-Z0-9_]+)`")]
    private static partial Regex Word();
}
