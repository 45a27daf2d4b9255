using Agon.Evaluation.Datasets;

namespace Agon.Cli.Datasets;

/// <summary>What an output is worth, in words.</summary>
internal static class VerdictText
{
    public static IEnumerable<string> Of(OutputVerdict verdict) => verdict switch
    {
        { Error: not null } => ["correct     no: the output is malformed and counts nothing"],
        { Report: { } report } =>
        [
            $"recall      {report.Recall:F4}: {report.Found} of {report.Expected} planted patterns found ({report.FoundUnguarded} without the guard against flooding)",
            $"precision   {report.Precision:F4}: {report.Reported} reported, {report.FlowTraced} with a flow that can be traced",
            $"novelty     {report.NoveltyValidated} of {report.NoveltyReported} that match nothing planted hold",
            $"correct     {Word(report.DataCorrectnessPassed)}: addresses exist: {Word(report.AllAddressesExist)}, connections exist: {Word(report.AllConnectionsExist)}",
        ],
        { Risk: { } risk } =>
        [
            $"auc_roc     {risk.AucRoc:F4}",
            $"precision   {risk.PrecisionAtRecall80:F4} at recall 0.8",
            $"correct     {Word(verdict.DataCorrectnessPassed)}",
        ],
        _ => [],
    };

    private static string Word(bool value) => value ? "yes" : "no";
}
