namespace Agon.Evaluation.Datasets;

/// <summary>A place of datasets is out of reach, or refuses us: nobody's fault who is scored, and it may work later.</summary>
public sealed class DatasetPlaceException(string message, Exception inner) : Exception(message, inner);
