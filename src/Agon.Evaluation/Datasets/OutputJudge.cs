using System.Runtime.InteropServices;
using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;

namespace Agon.Evaluation.Datasets;

/// <summary>Judges what a participant wrote, by the dataset and what is planted in it (contract sections 6, 8 and 9).</summary>
/// <remarks>
/// The output is a stranger's: only plain files are opened, everything is bounded, and whatever is wrong with it becomes a verdict. What is wrong
/// with the dataset, or with our disk, is an exception: nobody is scored by it.
/// </remarks>
public static class OutputJudge
{
    /// <exception cref="DatasetFileException">The dataset is broken; not the participant's fault.</exception>
    /// <exception cref="IOException">A disk failed, or a folder is missing; not the participant's fault.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static Task<OutputVerdict> JudgeAsync(
        string datasetFolder, string outputFolder, ImageType type, CancellationToken cancellationToken, OutputLimits? limits = null) =>
        Task.Run(() => Judge(Dataset.Read(datasetFolder, cancellationToken), outputFolder, type, limits ?? new OutputLimits(), cancellationToken), cancellationToken);

    /// <summary>That there is something to judge by: without ground truth everybody would score 0, and nobody would know (D41).</summary>
    /// <exception cref="DatasetFileException">The dataset has none, or an empty one; not the participant's fault.</exception>
    public static void RequireTruth(string datasetFolder)
    {
        using var truth = DatasetFiles.TryOpen(datasetFolder, DatasetFiles.GroundTruth);
        if (truth is null || !truth.Read())
            throw new DatasetFileException($"the dataset {datasetFolder} has no ground truth");
    }

    internal static OutputVerdict Judge(Dataset dataset, string outputFolder, ImageType type, OutputLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            return type == ImageType.Ml
                ? OfRisk(dataset, outputFolder, limits, cancellationToken)
                : OfPatterns(dataset, outputFolder, limits, cancellationToken);
        }
        catch (DatasetFileException malformed)
        {
            // What could have been found is known all the same.
            var nothing = type == ImageType.Ml ? null : PatternReport.Nothing(dataset.Instances);
            return new OutputVerdict(false, malformed.Message, nothing?.ToFigures(), null) { Report = nothing };
        }
    }

    private static OutputVerdict OfPatterns(Dataset dataset, string folder, OutputLimits limits, CancellationToken cancellationToken)
    {
        var reported = new PatternsReader(dataset.Addresses, limits).Read(folder, cancellationToken);
        FeaturesCheck.Run(folder, dataset.Addresses.Count + limits.Strangers, limits, cancellationToken);
        var report = PatternReport.Of(PatternScoring.Score(dataset.Graph, dataset.Truth, reported, cancellationToken), dataset.Instances);
        return new OutputVerdict(report.DataCorrectnessPassed, null, report.ToFigures(), null) { Report = report };
    }

    private static OutputVerdict OfRisk(Dataset dataset, string folder, OutputLimits limits, CancellationToken cancellationToken)
    {
        var (addresses, scores) = RiskScoresReader.Read(folder, dataset.Addresses, limits, cancellationToken);
        var score = RiskScoring.Score(dataset.Graph, dataset.IsPositive, CollectionsMarshal.AsSpan(addresses), CollectionsMarshal.AsSpan(scores));
        return new OutputVerdict(score.DataCorrectnessPassed, null, null, new RiskFigures(score.AucRoc, score.PrecisionAtRecall80, score.AllAddressesExist));
    }
}
