using System.Text.Json;

namespace Agon.EndToEnd.Tests;

/// <summary>An operator who comes from KernelBot: <c>agon db migrate</c>, then <c>agon serve</c>, on the database as it is.</summary>
public sealed class KernelBotTests
{
    [PostgresFact]
    public async Task A_KernelBot_database_is_migrated_in_place_and_served()
    {
        var scripts = Path.Combine(Repository.Root, "tests", "kernelbot");
        await using var world = await TestWorld.InheritAsync(Path.Combine(scripts, "schema.sql"), Path.Combine(scripts, "rows.sql"));
        Assert.StartsWith("0001_contract_tables", (await world.AgonAsync("db", "migrate")).Output);
        Assert.Equal("", (await world.AgonAsync("db", "migrate")).Output);
        await using var server = await world.ServeAsync();

        using var ranking = JsonDocument.Parse(await server.Client.GetStringAsync("/submissions/GRAYSCALE/b200"));
        Assert.Equal(
            ["1 103 103 early tie.py", "1 102 bob late tie.py", "3 101 ada best.py", "4 104 mallory banned.py", "5 gh-eve eve failed job.py"],
            ranking.RootElement.EnumerateArray().Select(entry => string.Join(' ', ((string[])["rank", "user_id", "user_name", "submission_name"]).Select(key => $"{entry.GetProperty(key)}"))));
        Assert.Equal("""{"count":5}""", await server.Client.GetStringAsync("/submission_count/grayscale/B200"));
        Assert.Contains("early tie.py", await server.Client.GetStringAsync("/board/grayscale"));

        using var boards = JsonDocument.Parse(await server.Client.GetStringAsync("/leaderboards"));
        Assert.Equal(JsonValueKind.Object, boards.RootElement[0].GetProperty("task").ValueKind);
        Assert.DoesNotContain("1337133713", boards.RootElement.GetRawText());

        var best = await new Participant("ada-in-clear").ShowAsync(server.Client, 2);
        Assert.Equal(("succeeded", 8), (best.GetProperty("job").GetProperty("status").GetString(), best.GetProperty("runs").GetArrayLength()));
    }
}
