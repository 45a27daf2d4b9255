using Agon.Domain.Submissions;
using Agon.Server.Http;
using Agon.Server.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Agon.Server.Submissions;

/// <summary>Reads the one file of an upload, within limits of size, parts and time.</summary>
internal sealed class UploadReader(Turns turns, IOptions<LimitOptions> options, TimeProvider clock)
{
    /// <summary>The file and its multipart framing.</summary>
    public const long MaxRequestBytes = IntakeRules.MaxBytes + FramingBytes;

    private const int FramingBytes = 16 * 1024;

    // A client that is cut off while it sends often never sees why: of this much the rest is read, and thrown away.
    private const long MostDrainedBytes = 16 << 20;
    private const string Field = "file";

    private readonly Places places = new(options.Value.Uploads, options.Value.UploadsByUser);

    private readonly FormOptions limits = new()
    {
        // Kept in memory: it is small, and a code file on a shared disk is one more place to leak from.
        MemoryBufferThreshold = (int)MaxRequestBytes,
        MultipartBodyLengthLimit = IntakeRules.MaxBytes,
        MultipartHeadersCountLimit = options.Value.FormHeaders,
        MultipartHeadersLengthLimit = options.Value.FormHeaderBytes,
        ValueCountLimit = options.Value.FormParts,
        ValueLengthLimit = FramingBytes,
    };

    /// <summary>The file, or what is wrong with the request: an <see cref="Unreadable"/> or a <see cref="Refusal"/>.</summary>
    public async Task<(UploadedFile? File, IResult? Wrong)> ReadAsync(HttpRequest request, string userId, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
            return (null, Missing);
        using var place = places.TryEnter(userId);
        if (place is null)
            return (null, Refusal.Busy("too many files are arriving, here or from you; send yours again in a moment"));
        using var limit = new CancellationTokenSource(options.Value.UploadWithin, clock);
        request.Body = new BodyInTime(request.BodyReader, limit.Token);
        try
        {
            if (request.ContentLength > MaxRequestBytes)
            {
                await DrainAsync(request, cancellationToken);
                return (null, TooLarge);
            }
            var form = await request.ReadFormAsync(limits, cancellationToken);
            var files = form.Files.GetFiles(Field);
            return files.Count switch
            {
                0 => (null, Missing),
                1 => await ReadAsync(files[0], request.HttpContext, cancellationToken),
                _ => (null, Refusal.BadRequest($"the form has {files.Count} parts named '{Field}'; send one")),
            };
        }
        catch (BadHttpRequestException error)
        {
            return (null, error.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge,
                StatusCodes.Status408RequestTimeout => new Refusal(error.StatusCode, "the file came too slowly"),
                _ => new Refusal(error.StatusCode, "the request ended before its body did"),
            });
        }
        catch (InvalidDataException error)
        {
            return (null, Beyond(error.Message));
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Malformed);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            request.HttpContext.Response.Headers.Connection = "close";   // what still comes is of no use
            return (null, new Refusal(StatusCodes.Status408RequestTimeout, $"the file did not arrive within {options.Value.UploadWithin.TotalSeconds} s"));
        }
    }

    private static Unreadable Missing => Unreadable.Missing("body", Field, $"Send the file as multipart/form-data, in a part named '{Field}' with a filename");

    private static Refusal TooLarge => new(StatusCodes.Status413PayloadTooLarge, $"the file is larger than {IntakeRules.MaxBytes} bytes");

    private static Refusal Malformed => Refusal.BadRequest("the body is not complete, well-formed multipart/form-data");

    // The framework tells its limits apart by words alone.
    private Refusal Beyond(string message) => message switch
    {
        _ when !message.Contains(" limit ", StringComparison.Ordinal) => Malformed,
        _ when message.StartsWith("Multipart headers", StringComparison.Ordinal) || message.StartsWith("Line length", StringComparison.Ordinal) =>
            Refusal.BadRequest($"a part of the form has more than {options.Value.FormHeaders} headers, or more than {options.Value.FormHeaderBytes} bytes of them"),
        _ when message.StartsWith("Form value count", StringComparison.Ordinal) => Refusal.BadRequest($"the form has more than {options.Value.FormParts} parts"),
        _ when message.StartsWith("Form ", StringComparison.Ordinal) => Refusal.BadRequest($"a part of the form that is no file is larger than {FramingBytes} bytes"),
        _ => TooLarge,
    };

    private static async Task DrainAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MostDrainedBytes || request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } size)
            return;
        size.MaxRequestBodySize = MostDrainedBytes;
        await request.Body.CopyToAsync(Stream.Null, cancellationToken);
    }

    // The file is here; what is done with it waits for its turn like everything else.
    private async Task<(UploadedFile? File, IResult? Wrong)> ReadAsync(IFormFile file, HttpContext http, CancellationToken cancellationToken)
    {
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, cancellationToken);
        return await turns.TakeAsync(http) ? (new UploadedFile(file.FileName, content), null) : (null, Turns.Full);
    }
}

/// <summary>A file as it came.</summary>
internal sealed record UploadedFile(string Name, byte[] Content);
