namespace Agon.Domain.Datasets;

/// <summary>How well risk scores rank the malicious addresses of a dataset (contract section 9).</summary>
/// <param name="AucRoc">Probability that a random positive outranks a random negative, ties one half (M1).</param>
/// <param name="PrecisionAtRecall80">Precision at the first score with at least four fifths of the positives (M2).</param>
/// <param name="AllAddressesExist">Every score is of an address of the dataset (V5).</param>
/// <param name="DataCorrectnessPassed">Every score is of an address of the dataset, of none twice, and within 0 to 1 (V5, M5).</param>
public sealed record RiskScore(double AucRoc, double PrecisionAtRecall80, bool AllAddressesExist, bool DataCorrectnessPassed);

/// <summary>Scores a ranking of addresses.</summary>
public static class RiskScoring
{
    // Below every score there can be (M3).
    private const double Missing = -1;

    /// <param name="graph">Whose addresses are the population: all that occur in a transfer (M3).</param>
    /// <param name="isPositive">Of each address number, whether it is malicious (M4).</param>
    /// <param name="addresses">Of each reported row.</param>
    /// <param name="scores">Of each reported row. One that is wrong or repeated counts as missing, and fails the data's correctness.</param>
    public static RiskScore Score(TransferGraph graph, ReadOnlySpan<bool> isPositive, ReadOnlySpan<int> addresses, ReadOnlySpan<double> scores)
    {
        var known = new double[graph.AddressCount];
        Array.Fill(known, Missing);
        var (exist, isCorrect) = (true, true);
        for (var n = 0; n < addresses.Length; n++)
        {
            exist &= graph.Occurs(addresses[n]);
            if (graph.Occurs(addresses[n]) && known[addresses[n]] == Missing && scores[n] is >= 0 and <= 1)
                known[addresses[n]] = scores[n];
            else
                isCorrect = false;
        }
        var ranking = Ranking(graph, isPositive, known);
        return new RiskScore(AreaUnderCurve(ranking), PrecisionAtRecall80(ranking), exist, isCorrect);
    }

    // From the highest score down; equal scores are one step, since nothing tells their addresses apart.
    private static List<Step> Ranking(TransferGraph graph, ReadOnlySpan<bool> isPositive, double[] known)
    {
        var population = Enumerable.Range(0, known.Length).Where(graph.Occurs).ToArray();
        Array.Sort(Array.ConvertAll(population, address => -known[address]), population);
        var steps = new List<Step>();
        for (var n = 0; n < population.Length;)
        {
            var score = known[population[n]];
            var (positives, negatives) = (0L, 0L);
            for (; n < population.Length && known[population[n]] == score; n++)
            {
                if (isPositive[population[n]])
                    positives++;
                else
                    negatives++;
            }
            steps.Add(new Step(positives, negatives));
        }
        return steps;
    }

    private static double AreaUnderCurve(List<Step> ranking)
    {
        var (allPositives, allNegatives) = (ranking.Sum(step => step.Positives), ranking.Sum(step => step.Negatives));
        if (allPositives == 0 || allNegatives == 0)
            return 0.5;
        var (below, twice) = (allNegatives, (Int128)0);
        foreach (var step in ranking)
        {
            below -= step.Negatives;
            twice += (Int128)step.Positives * (2 * below + step.Negatives);
        }
        return (double)twice / (2.0 * allPositives * allNegatives);
    }

    private static double PrecisionAtRecall80(List<Step> ranking)
    {
        var (allPositives, allNegatives) = (ranking.Sum(step => step.Positives), ranking.Sum(step => step.Negatives));
        if (allPositives == 0 || allNegatives == 0)
            return 0;
        var (positives, taken) = (0L, 0L);
        foreach (var step in ranking)
        {
            positives += step.Positives;
            taken += step.Positives + step.Negatives;
            if (5 * positives >= 4 * allPositives)
                break;
        }
        return positives / (double)taken;
    }

    private readonly record struct Step(long Positives, long Negatives);
}
