namespace Agon.Evaluation.Datasets;

/// <summary>A file of a dataset or of a participant's output is not what it must be; the message is one sentence that names file and line.</summary>
public sealed class DatasetFileException(string message) : Exception(message);
