using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Agon.Server.Limits;

/// <summary>How much this server takes from one caller, and from all together: section <c>Limits</c> of the settings.</summary>
internal sealed class LimitOptions : IValidatableObject
{
    public const string Section = "Limits";

    /// <summary>How many requests a second one caller may send for good. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>How many requests one caller may send at once, before <see cref="RequestsPerSecond"/> holds. Default 500.</summary>
    [Range(1, 1_000_000)]
    public int RequestsAtOnce { get; init; } = 500;

    /// <summary>How many requests are worked on at once, of all callers. Default 80, fewer than the connections that Npgsql keeps to PostgreSQL (100).</summary>
    [Range(1, 10_000)]
    public int InWork { get; init; } = 80;

    /// <summary>How many of them one caller's may be. Default 50.</summary>
    [Range(1, 10_000)]
    public int InWorkByCaller { get; init; } = 50;

    /// <summary>How many requests wait for their turn, of all callers. Default 2,000; 0: none waits.</summary>
    [Range(0, 100_000)]
    public int Waiting { get; init; } = 2000;

    /// <summary>How many of them one caller's may be. Default 200.</summary>
    [Range(0, 100_000)]
    public int WaitingByCaller { get; init; } = 200;

    /// <summary>How long a request waits for its turn. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan WaitAtMost { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many event streams are open. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int Streams { get; init; } = 1000;

    /// <summary>How many of them one participant's may be. Default 50.</summary>
    [Range(1, 100_000)]
    public int StreamsByUser { get; init; } = 50;

    /// <summary>How many files arrive at once; each may hold a megabyte of memory. Default 256.</summary>
    [Range(1, 10_000)]
    public int Uploads { get; init; } = 256;

    /// <summary>How many of them one participant's may be. Default 64.</summary>
    [Range(1, 10_000)]
    public int UploadsByUser { get; init; } = 64;

    /// <summary>How long a file may take to arrive: as long as a client waits for its answer (contract section 3). Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan UploadWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many parts a form may have, the file among them. Default 16.</summary>
    [Range(1, 1000)]
    public int FormParts { get; init; } = 16;

    /// <summary>How many headers a part of a form may have. Default 16.</summary>
    [Range(2, 1000)]
    public int FormHeaders { get; init; } = 16;

    /// <summary>How large the headers of a part of a form may be together, in bytes. Default 8 KiB.</summary>
    [Range(256, 64 * 1024)]
    public int FormHeaderBytes { get; init; } = 8 * 1024;

    /// <summary>How large a body may be that is no file, in bytes. Default 64 KiB.</summary>
    [Range(1024, 16 << 20)]
    public int BodyBytes { get; init; } = 64 * 1024;

    /// <summary>How long a request's first line may be, in bytes. Default 8 KiB.</summary>
    [Range(1024, 64 * 1024)]
    public int LineBytes { get; init; } = 8 * 1024;

    /// <summary>How many headers a request may have. Default 100.</summary>
    [Range(20, 1000)]
    public int Headers { get; init; } = 100;

    /// <summary>How large a request's headers may be together, in bytes. Default 32 KiB.</summary>
    [Range(1024, 1 << 20)]
    public int HeaderBytes { get; init; } = 32 * 1024;

    /// <summary>How long a request's headers may take to arrive. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeadersWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many connections are open; those beyond are closed at once. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int Connections { get; init; } = 10_000;

    /// <summary>How slowly a client may send its body, in bytes a second. Default 240.</summary>
    [Range(1, 1_000_000)]
    public int SlowestSender { get; init; } = 240;

    /// <summary>How slowly a client may take its answer, in bytes a second. Default 4 KiB.</summary>
    [Range(1, 1_000_000)]
    public int SlowestReader { get; init; } = 4 * 1024;

    /// <summary>How long a client may be slower than that. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01.1", "00:10:00")]
    public TimeSpan SlowAtMost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client of an event stream may take to make room for one more event. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan EventWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Addresses of proxies whose word, <c>X-Forwarded-For</c>, tells who calls. This machine's own are always believed. Default none.</summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Proxies.FirstOrDefault(proxy => !IPAddress.TryParse(proxy, out _)) is { } wrong)
            yield return new ValidationResult($"{Section}:{nameof(Proxies)} has '{wrong}', which is no IP address");
    }
}
