using Agon.Domain.Submissions;
using Agon.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Agon.Server.Submissions;

/// <summary>Reads the one file of an upload, within limits of size, parts and time.</summary>
internal sealed class UploadReader(TimeProvider clock)
{
    /// <summary>The file and its multipart framing.</summary>
    public const long MaxRequestBytes = IntakeRules.MaxBytes + FramingBytes;

    private const int FramingBytes = 16 * 1024;

    // A client that is cut off while it sends often never sees why: of this much the rest is read, and thrown away.
    private const long MostDrainedBytes = 16 << 20;
    private const string Field = "file";

    // As long as a client waits for its answer (contract section 3).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly FormOptions Limits = new()
    {
        // Kept in memory: it is small, and a code file on a shared disk is one more place to leak from.
        MemoryBufferThreshold = (int)MaxRequestBytes,
        MultipartBodyLengthLimit = IntakeRules.MaxBytes,
        MultipartHeadersCountLimit = 16,
        MultipartHeadersLengthLimit = 8 * 1024,
        ValueCountLimit = 16,
        ValueLengthLimit = FramingBytes,
    };

    /// <summary>The file, or what is wrong with the request: an <see cref="Unreadable"/> or a <see cref="Refusal"/>.</summary>
    public async Task<(UploadedFile? File, IResult? Wrong)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
            return (null, Missing);
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (request.ContentLength > MaxRequestBytes)
            {
                await DrainAsync(request, either.Token);
                return (null, TooLarge);
            }
            var form = await request.ReadFormAsync(Limits, either.Token);
            var files = form.Files.GetFiles(Field);
            return files.Count switch
            {
                0 => (null, Missing),
                1 => (await ReadAsync(files[0], either.Token), null),
                _ => (null, Refusal.BadRequest($"the form has {files.Count} parts named '{Field}'; send one")),
            };
        }
        catch (BadHttpRequestException error)
        {
            return (null, error.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : new Refusal(error.StatusCode, "the request ended before its body did"));
        }
        catch (InvalidDataException error)
        {
            return (null, error.Message.Contains("length limit", StringComparison.Ordinal) ? TooLarge : Malformed);
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Malformed);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (null, new Refusal(StatusCodes.Status408RequestTimeout, $"the file did not arrive within {Patience.TotalSeconds} s"));
        }
    }

    private static Unreadable Missing => Unreadable.Missing("body", Field, $"Send the file as multipart/form-data, in a part named '{Field}' with a filename");

    private static Refusal TooLarge => new(StatusCodes.Status413PayloadTooLarge, $"the file is larger than {IntakeRules.MaxBytes} bytes");

    private static Refusal Malformed => Refusal.BadRequest("the body is not complete, well-formed multipart/form-data");

    private static async Task DrainAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MostDrainedBytes || request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } size)
            return;
        size.MaxRequestBodySize = MostDrainedBytes;
        await request.Body.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static async Task<UploadedFile> ReadAsync(IFormFile file, CancellationToken cancellationToken)
    {
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, cancellationToken);
        return new UploadedFile(file.FileName, content);
    }
}

/// <summary>A file as it came.</summary>
internal sealed record UploadedFile(string Name, byte[] Content);
