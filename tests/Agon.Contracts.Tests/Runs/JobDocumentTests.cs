using System.Text.Json;
using Agon.Contracts.Runs;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Runs;

public sealed class JobDocumentTests
{
    private static readonly EvaluationJob Job = new()
    {
        Task = Some.Task(),
        Submission = "import sys  # \"ü\"\n",
        Mode = EvaluationMode.Private,
        Seed = 2147483647,
        Gpu = "B200_Nebius",
        Device = new DeviceSettings { Interpreter = "/usr/bin/python3", Cores = [2, 3], TrustAllSubmitters = true, MemoryBytes = 5L << 32, Processes = 7 },
    };

    private static string Write(EvaluationJob job) => JsonSerializer.Serialize(JobDocument.From(job), AgonJson.Wire.JobDocument);

    private static JobDocument Read(string json) => JsonSerializer.Deserialize(json, AgonJson.Wire.JobDocument)!;

    [Fact]
    public void A_job_comes_back_as_it_was()
    {
        var back = Read(Write(Job)).ToJob();
        Assert.Equal(Write(Job), Write(back));
        Assert.Equal((Job.Submission, Job.Mode, Job.Seed, Job.Gpu), (back.Submission, back.Mode, back.Seed, back.Gpu));
        Assert.Equal((Job.Device.Interpreter, true, 5L << 32, 7), (back.Device.Interpreter, back.Device.TrustAllSubmitters, back.Device.MemoryBytes, back.Device.Processes));
        Assert.Equal(Job.Device.Cores, back.Device.Cores);
        Assert.Equal(IsolationLevel.Strong, back.Task.Agon.MinIsolation);
    }

    [Theory]
    [InlineData(EvaluationMode.Test, "test")]
    [InlineData(EvaluationMode.Benchmark, "benchmark")]
    [InlineData(EvaluationMode.Profile, "profile")]
    [InlineData(EvaluationMode.Leaderboard, "leaderboard")]
    [InlineData(EvaluationMode.Private, "private")]
    public void A_mode_travels_as_the_contracts_word(EvaluationMode mode, string word)
    {
        var document = JobDocument.From(Job with { Mode = mode });
        Assert.Equal(word, document.Mode);
        Assert.Equal(mode, document.ToJob().Mode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Test")]
    [InlineData("1")]
    [InlineData("test,benchmark")]
    [InlineData("fast")]
    public void A_mode_that_the_contract_does_not_know_is_refused(string mode) =>
        Assert.Throws<JsonException>(() => (JobDocument.From(Job) with { Mode = mode }).ToJob());

    [Fact]
    public void A_device_that_says_nothing_has_the_defaults()
    {
        var json = Write(Job);
        var bare = json[..json.IndexOf(",\"device\"", StringComparison.Ordinal)] + "}";
        var device = Read(bare).ToJob().Device;
        var defaults = new DeviceSettings();
        Assert.Equal((defaults.MemoryBytes, defaults.Processes, false), (device.MemoryBytes, device.Processes, device.TrustAllSubmitters));
        Assert.Null(device.Interpreter);
        Assert.Empty(device.Cores);
    }

    [Fact]
    public void A_printed_job_tells_neither_the_seed_nor_the_entry()
    {
        Assert.Equal("Private job on B200_Nebius", Job.ToString());
        Assert.Equal("private job on B200_Nebius", JobDocument.From(Job).ToString());
    }

    [Theory]
    [InlineData("task")]
    [InlineData("agon")]
    [InlineData("submission")]
    [InlineData("mode")]
    [InlineData("gpu")]
    [InlineData("device")]
    public void A_part_that_is_null_is_refused(string part)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(Write(Job))!;
        json[part] = null;
        Assert.Throws<JsonException>(() => Read(json.ToJsonString()).ToJob());
    }
}
