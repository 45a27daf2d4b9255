using Agon.Server.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Submissions;

internal static class SubmissionServices
{
    public static void AddSubmissions(this IServiceCollection services) =>
        services.AddSingleton<UploadReader>().AddSingleton<SubmissionIntake>().AddSingleton<SubmissionRemover>().AddSingleton<SubmissionWatch>().AddSingleton<Lookout>().AddHostedService(provider => provider.GetRequiredService<Lookout>()).AddSingleton<EventStreams>().AddSingleton<ResultStreams>().AddSingleton<SubmissionReport>().AddSingleton<RunnerQueues>();
}
