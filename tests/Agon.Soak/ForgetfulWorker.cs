using Agon.Server;
using Microsoft.Extensions.Hosting;

namespace Agon.Soak;

/// <summary><c>agon worker</c>, but for its own doubt about leases, and for the database's check if that is to go, too: no setting of the real one can take these away.</summary>
internal static class ForgetfulWorker
{
    public static async Task<int> RunAsync(string dataFolder, bool databaseChecks)
    {
        var settings = new ServerSettings
        {
            DataFolder = dataFolder,
            DatabaseUrl = Environment.GetEnvironmentVariable("DATABASE_URL"),
            TrustAllSubmitters = true,
            RunnerPath = Checkout.Runner,
        };
        using var worker = AgonWorker.Build(settings, Surroundings.Real with { DoubtsLeases = false, ChecksLeases = databaseChecks });
        await worker.RunAsync();
        return 0;
    }
}
