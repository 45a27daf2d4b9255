using System.Text.Json;
using Agon.Contracts.Runs;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Runs;

public sealed class FullResultTests
{
    private static string Write(Report report) => JsonSerializer.Serialize(FullResult.From(report), AgonJson.Wire.FullResult);

    private static string Keys(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(property => property.Name));

    [Fact]
    public void A_report_comes_back_as_it_was()
    {
        var report = Some.Report();
        var back = JsonSerializer.Deserialize(Write(report), AgonJson.Wire.FullResult)!.ToReport();
        Assert.Equal(Write(report), Write(back));
        Assert.Equal(report.Phases.Select(phase => phase.Key), back.Phases.Select(phase => phase.Key));
        Assert.Equal(report.Phases[1], back.Phases[1]);
        Assert.Equal(report.Phases[0].Run!.Resources, back.Phases[0].Run!.Resources);
        Assert.Equal(report.Phases[0].Run!.Result, back.Phases[0].Run!.Result);
        Assert.Equal(report.System.Isolation!.Missing, back.System.Isolation!.Missing);
        Assert.Equal((report.Success, report.System.Isolation.Level), (back.Success, back.System.Isolation.Level));
    }

    [Fact]
    public void The_contracts_keys_stand_first_and_what_Agon_adds_behind_them()
    {
        using var json = JsonDocument.Parse(Write(Some.Report()));
        var root = json.RootElement;
        var step = root.GetProperty("runs").GetProperty("test");
        Assert.Equal("success error system runs", Keys(root));
        Assert.Equal("gpu device_count cpu runtime platform torch hostname isolation", Keys(root.GetProperty("system")));
        Assert.Equal("start end compilation run profile case_count", Keys(step));
        Assert.Equal(
            "success passed command stdout stderr exit_code duration result cpu_time_ns peak_memory_bytes killed_for_memory",
            Keys(step.GetProperty("run")));
        Assert.Equal(
            "nvcc_found nvcc_version success command stdout stderr exit_code",
            Keys(root.GetProperty("runs").GetProperty("benchmark").GetProperty("compilation")));
        Assert.Equal(12_500_000, step.GetProperty("run").GetProperty("cpu_time_ns").GetInt64());
        Assert.Equal(JsonValueKind.Null, step.GetProperty("profile").ValueKind);
    }

    [Fact]
    public void What_is_not_known_is_null_and_stays_so()
    {
        var report = Some.Report();
        var unknown = report with { Phases = [report.Phases[0] with { Run = report.Phases[0].Run! with { Resources = new ResourceUse() } }] };
        var back = JsonSerializer.Deserialize(Write(unknown), AgonJson.Wire.FullResult)!.ToReport();
        Assert.Equal(new ResourceUse(null, null), back.Phases[0].Run!.Resources);
    }

    [Fact]
    public void A_report_that_says_little_has_the_defaults()
    {
        var report = JsonSerializer.Deserialize("""
            {"success":true,"system":{},"runs":{"test":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:01Z","compilation":{},"run":{"success":true,"passed":true}}}}
            """, AgonJson.Wire.FullResult)!.ToReport();
        Assert.Equal(("", "", ""), (report.Error, report.System.Cpu, report.System.Hostname));
        Assert.Equal(("", ""), (report.Phases[0].Compilation!.Stdout, report.Phases[0].Run!.Stderr));
        Assert.Empty(report.Phases[0].Run!.Result);
        Assert.Empty(JsonSerializer.Deserialize("""{"success":false,"system":{}}""", AgonJson.Wire.FullResult)!.ToReport().Phases);
    }

    [Fact]
    public void An_isolation_level_that_nobody_knows_is_refused()
    {
        var json = Write(Some.Report()).Replace("\"weak\"", "\"total\"");
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, AgonJson.Wire.FullResult)!.ToReport());
    }

    [Theory]
    [InlineData("""{"phase":{"name":"test"}}""")]
    [InlineData("""{"phase":{"name":"test","passed":true,"seconds":1.5}}""")]
    [InlineData("""{"log":"case 3 passed"}""")]
    [InlineData("""{"fault":"no space left"}""")]
    public void A_runners_line_has_only_the_member_that_is_set(string line) =>
        Assert.Equal(line, JsonSerializer.Serialize(JsonSerializer.Deserialize(line, AgonJson.Wire.RunnerLine), AgonJson.Wire.RunnerLine));

    [Fact]
    public void A_runners_line_with_a_word_that_nobody_knows_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"verdict":"pass"}""", AgonJson.Wire.RunnerLine));

    [Theory]
    [InlineData("""{"success":true,"system":null}""")]
    [InlineData("""{"success":true,"system":{},"runs":null}""")]
    [InlineData("""{"success":true,"system":{},"runs":{"test":null}}""")]
    public void A_report_with_a_part_that_is_null_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, AgonJson.Wire.FullResult)!.ToReport());
}
