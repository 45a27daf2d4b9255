using Agon.Launchers.Local;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Jobs;

internal static class JobServices
{
    public static void AddWorkers(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<JobOptions>().BindConfiguration(JobOptions.Section).ValidateDataAnnotations();
        services.AddSingleton(provider => new LocalLauncher(
            provider.GetRequiredService<ServerSettings>().RunnerPath, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<JobWorker>();
        services.AddHostedService<WorkerPool>();
        services.AddHostedService<LeaseRescuer>();
        services.AddHostedService<ProcessLog>();
    }
}
