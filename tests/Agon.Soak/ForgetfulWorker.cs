using Agon.Server;
using Microsoft.Extensions.Hosting;

namespace Agon.Soak;

/// <summary><c>agon worker</c>, but for the check of leases: no setting of the real one can take that away.</summary>
internal static class ForgetfulWorker
{
    public static async Task<int> RunAsync(string dataFolder)
    {
        var settings = new ServerSettings
        {
            DataFolder = dataFolder,
            DatabaseUrl = Environment.GetEnvironmentVariable("DATABASE_URL"),
            TrustAllSubmitters = true,
            RunnerPath = Checkout.Runner,
        };
        using var worker = AgonWorker.Build(settings, Surroundings.Real with { ChecksLeases = false });
        await worker.RunAsync();
        return 0;
    }
}
