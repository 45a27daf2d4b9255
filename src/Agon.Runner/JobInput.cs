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

    /// <summary>The job in the caller's first line; null if it says none.</summary>
    /// <exception cref="BadJobException">It cannot be read.</exception>
    public static EvaluationJob? FromFirstLine(CallerInput input) => input.ReadLine(MaxBytes) is { } line ? Parse(line) : null;

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
