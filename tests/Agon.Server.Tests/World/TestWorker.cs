using Microsoft.Extensions.Hosting;

namespace Agon.Server.Tests.World;

/// <summary>The real worker of a process without HTTP.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private readonly IHost host;

    private TestWorker(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public static TestWorker Build(TestWorld world, IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null) =>
        new(AgonWorker.Build(world.ServerSettings, TestWorld.Around(settings, clock)));

    public static async Task<TestWorker> StartAsync(TestWorld world, IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var worker = Build(world, settings, clock);
        try
        {
            await worker.StartAsync();
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => host.StartAsync();

    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopOnceAsync();
        host.Dispose();
    }
}
