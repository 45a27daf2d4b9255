using System.Collections.Immutable;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Runner;

/// <summary>Where the job comes from.</summary>
internal static class JobInput
{
    public const int MaxBytes = 64 << 20;

    /// <summary>The job in a file.</summary>
    /// <exception cref="BadJobException">It cannot be read.</exception>
    public static EvaluationJob FromFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return file.Length <= MaxBytes
                ? Parse(File.ReadAllBytes(path))
                : throw new BadJobException($"the job in '{path}' is larger than {MaxBytes} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadJobException($"the job cannot be read: {error.Message}");
        }
    }

    /// <summary>The job in the first line of a stream; null if the stream ends before that line does.</summary>
    /// <exception cref="BadJobException">It cannot be read.</exception>
    public static EvaluationJob? FromFirstLine(Stream input)
    {
        using var line = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (input.Read(buffer) is > 0 and var read)
        {
            var end = Array.IndexOf(buffer, (byte)'\n', 0, read);
            line.Write(buffer, 0, end < 0 ? read : end);
            if (line.Length > MaxBytes)
                throw new BadJobException($"the job is larger than {MaxBytes} bytes");
            if (end >= 0)
                return Parse(line.GetBuffer().AsSpan(0, (int)line.Length));
        }
        return null;
    }

    /// <summary>Reads a job that nobody sent: the first one of a process waits for the compiler, and shall not be a participant's.</summary>
    public static void Rehearse() => Parse(JsonSerializer.SerializeToUtf8Bytes(JobDocument.From(new EvaluationJob
    {
        Task = new TaskDefinition
        {
            Lang = "py",
            Config = new TaskConfig.Python("eval.py"),
            Files = ImmutableSortedDictionary<string, string>.Empty.Add("eval.py", ""),
            Tests = [new Case([KeyValuePair.Create<string, CaseValue>("size", new CaseValue.Whole(1))])],
        },
        Submission = "",
        Mode = EvaluationMode.Test,
        Gpu = "",
    }), AgonJson.Wire.JobDocument));

    private static EvaluationJob Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AgonJson.Wire.JobDocument)?.ToJob()
                ?? throw new BadJobException("the job is null");
        }
        catch (JsonException error)
        {
            throw new BadJobException($"the job is not one: {error.Message}");
        }
    }
}

/// <summary>What was handed in as a job cannot be read as one.</summary>
internal sealed class BadJobException(string message) : Exception(message);
