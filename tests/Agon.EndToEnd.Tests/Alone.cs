// Servers, workers and runners compete for the processors: two such tests at once would measure each other's patience.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
