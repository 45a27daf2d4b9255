using System.Reflection;
using System.Text.Json;
using Agon.Server.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tests.Telemetry;

public sealed class LogTests
{
    /// <summary>Every message that this program can write of a job or a submission.</summary>
    public static TheoryData<string> Messages =>
    [
        .. from type in typeof(AgonServer).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()?.Message
           where message is not null
           select message,
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_of_a_job_carries_its_id_and_its_submissions(string message)
    {
        // "{Count} jobs" are many, and "the job" of a worker that found none is no one's.
        if (message.Contains("job {", StringComparison.OrdinalIgnoreCase) || message.Contains("{JobId}", StringComparison.Ordinal))
            Assert.True(message.Contains("{JobId}", StringComparison.Ordinal) && message.Contains("{SubmissionId}", StringComparison.Ordinal), message);
        if (message.Contains("submission {", StringComparison.OrdinalIgnoreCase))
            Assert.Contains("{SubmissionId}", message);
    }

    [Fact]
    public void There_are_messages_of_jobs() => Assert.True(((IEnumerable<object[]>)Messages).Count(row => $"{row[0]}".Contains("{JobId}", StringComparison.Ordinal)) >= 6);

    [Fact]
    public async Task Json_has_a_messages_ids_as_values()
    {
        await using var world = await TestWorld.CreateAsync();
        await using var app = AgonServer.Build(world.ServerSettings, TestWorld.Around(new Dictionary<string, string?>(TestWorld.NoWorkers) { ["Logging:Format"] = "json" }));
        Assert.Equal("json", Assert.Single(app.Services.GetServices<IConfigureOptions<ConsoleLoggerOptions>>().Select(Named).OfType<string>().Distinct()));
        var formatter = app.Services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Json);
        using var written = new StringWriter();
        formatter.Write(Entry(), null, written);
        var line = JsonSerializer.Deserialize<JsonElement>(written.ToString());
        Assert.Equal((7, 3), (line.GetProperty("State").GetProperty("JobId").GetInt64(), line.GetProperty("State").GetProperty("SubmissionId").GetInt64()));
        Assert.EndsWith("Z", line.GetProperty("Timestamp").GetString());
    }

    [Fact]
    public async Task A_format_that_is_none_stops_the_start_and_is_named()
    {
        await using var world = await TestWorld.CreateAsync();
        var error = Assert.Throws<InvalidDataException>(() => AgonServer.Build(
            world.ServerSettings, TestWorld.Around(new Dictionary<string, string?> { ["Logging:Format"] = "xml" })));
        Assert.Equal("Logging:Format is 'xml'; it is text or json", error.Message);
    }

    private static string? Named(IConfigureOptions<ConsoleLoggerOptions> configure)
    {
        var options = new ConsoleLoggerOptions();
        configure.Configure(options);
        return options.FormatterName;
    }

    private static Microsoft.Extensions.Logging.Abstractions.LogEntry<IReadOnlyList<KeyValuePair<string, object?>>> Entry() => new(
        LogLevel.Information, "jobs", new EventId(300),
        [new("JobId", 7L), new("SubmissionId", 3L), new("{OriginalFormat}", "Job {JobId} of submission {SubmissionId}")],
        null, (_, _) => "Job 7 of submission 3");
}
