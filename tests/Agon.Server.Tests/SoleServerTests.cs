using Agon.Server.Tests.World;
using Agon.Storage;

namespace Agon.Server.Tests;

public class SoleServerTests
{
    [Fact]
    public async Task A_second_server_on_a_SQLite_file_does_not_start_but_a_worker_does()
    {
        await using var world = await TestWorld.CreateAsync();
        await using (await TestServer.StartAsync(world.ServerSettings, TestWorld.Around(TestWorld.NoWorkers)))
        {
            await using var second = AgonServer.Build(world.ServerSettings, TestWorld.Around(TestWorld.NoWorkers));
            var refusal = await Assert.ThrowsAsync<SecondServerException>(() => second.StartAsync());
            Assert.Contains("agon.db already; stop it first", refusal.Message);
            await using var worker = await TestWorker.StartAsync(world, TestWorld.Workers);
            await worker.StopAsync();
        }
        await using var next = await TestServer.StartAsync(world.ServerSettings, TestWorld.Around(TestWorld.NoWorkers));
    }

    [PostgresFact]
    public async Task Postgres_takes_a_second_server()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        await using var first = await TestServer.StartAsync(world.ServerSettings, TestWorld.Around(TestWorld.NoWorkers));
        await using var second = await TestServer.StartAsync(world.ServerSettings, TestWorld.Around(TestWorld.NoWorkers));
    }
}
