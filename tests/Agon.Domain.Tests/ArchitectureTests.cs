using System.Xml.Linq;

namespace Agon.Domain.Tests;

/// <summary>The floors of the house: what each may know, as docs/architecture.md draws it.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Agon.Domain"] = [],
        ["Agon.Contracts"] = ["Agon.Domain"],
        ["Agon.Evaluation"] = ["Agon.Domain"],
        ["Agon.Runner"] = ["Agon.Contracts", "Agon.Domain", "Agon.Evaluation"],
        ["Agon.Storage"] = ["Agon.Contracts", "Agon.Domain"],
        ["Agon.Launchers"] = ["Agon.Contracts", "Agon.Domain"],
        ["Agon.Server"] = ["Agon.Contracts", "Agon.Domain", "Agon.Evaluation", "Agon.Launchers", "Agon.Storage"],
        ["Agon.Cli"] = ["Agon.Contracts", "Agon.Domain", "Agon.Evaluation", "Agon.Launchers", "Agon.Runner", "Agon.Server", "Agon.Storage"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Agon.Domain"] = [],
        ["Agon.Contracts"] = ["YamlDotNet"],
        ["Agon.Evaluation"] = ["AWSSDK.S3"],
        ["Agon.Runner"] = [],
        ["Agon.Storage"] = ["Dapper", "Microsoft.Data.Sqlite", "Npgsql", "SQLitePCLRaw.bundle_e_sqlite3"],
        ["Agon.Launchers"] = [],
        ["Agon.Server"] = ["Microsoft.AspNetCore.OpenApi", "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol"],
        ["Agon.Cli"] = ["System.CommandLine"],
    };

    private static readonly string[] MayUseTheWebFramework = ["Agon.Storage", "Agon.Server", "Agon.Cli"];

    private static IEnumerable<string> Folders =>
        Directory.GetDirectories(Path.Combine(Root(AppContext.BaseDirectory), "src")).Select(folder => Path.GetFileName(folder));

    public static TheoryData<string> Floors => [.. Folders];

    [Theory]
    [MemberData(nameof(Floors))]
    public void Arrows_only_point_down(string floor)
    {
        var references = Items(floor, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Empty(references.Except(MayUse[floor]));
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public void A_floor_brings_in_no_package_that_is_not_listed_here(string floor) =>
        Assert.Empty(Items(floor, "PackageReference").Except(Packages[floor]));

    [Theory]
    [MemberData(nameof(Floors))]
    public void Only_the_upper_floors_know_the_web_framework(string floor)
    {
        if (!MayUseTheWebFramework.Contains(floor))
            Assert.Equal("Microsoft.NET.Sdk", Assert.Single(Items(floor, "FrameworkReference").Append(Sdk(floor))));
    }

    [Fact]
    public void Every_floor_is_listed() => Assert.Equal(MayUse.Keys.Order(), Folders.Order());

    [Fact]
    public void The_domain_that_was_built_knows_nothing_but_the_base_library() =>
        Assert.All(
            typeof(Problems.CaseTests).Assembly.GetReferencedAssemblies().Where(name => name.Name == "Agon.Domain")
                .SelectMany(name => System.Reflection.Assembly.Load(name).GetReferencedAssemblies()),
            name => Assert.StartsWith("System.", name.Name));

    private static XDocument Project(string floor) =>
        XDocument.Load(Path.Combine(Root(AppContext.BaseDirectory), "src", floor, $"{floor}.csproj"));

    private static string? Sdk(string floor) => Project(floor).Root!.Attribute("Sdk")?.Value;

    private static IEnumerable<string> Items(string floor, string kind) =>
        Project(floor).Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "Agon.slnx"))
            ? folder
            : Root(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"no Agon.slnx above {AppContext.BaseDirectory}"));
}
