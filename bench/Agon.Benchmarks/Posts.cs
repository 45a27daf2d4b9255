using System.Globalization;

namespace Agon.Benchmarks;

/// <summary>Entries handed in by <c>wrk</c> as fast as they are taken, each a file of its own, by several participants.</summary>
internal sealed class Posts
{
    public const int Connections = 48;

    // An upload takes at most 64 places of one participant.
    private const int Users = 8;

    private readonly string script;
    private readonly string url;

    private Posts(string script, string url) => (this.script, this.url) = (script, url);

    /// <summary>Adds the participants; the leaderboard of <see cref="SpinProblem"/> is there already.</summary>
    public static async Task<Posts> PrepareAsync(BenchDatabase database, string serverUrl, CancellationToken cancellationToken)
    {
        var users = await AgonCommand.AddUsersAsync(database, Users, cancellationToken);
        var script = Path.Combine(database.Folder, "posts.lua");
        await File.WriteAllTextAsync(script, $$"""
            local users = { {{string.Join(", ", users.Select(user => $"'{user}'"))}} }
            local sent, mark = 0, tostring(os.time()) .. tostring({}):gsub("table: ", "")
            local pad = string.rep("# a line of an entry that is neither long nor short\n", 20)
            request = function()
              sent = sent + 1
              local code = "# " .. mark .. " " .. sent .. "\n" .. pad
              local body = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"entry.py\"\r\n\r\n" .. code .. "\r\n--cut--\r\n"
              return wrk.format("POST", "/submission/spin/CPU/test", {
                ["Content-Type"] = "multipart/form-data; boundary=cut", ["X-Popcorn-Cli-Id"] = users[sent % #users + 1] }, body)
            end
            """, cancellationToken);
        return new Posts(script, serverUrl);
    }

    /// <summary>Accepted entries a second.</summary>
    /// <exception cref="BenchmarkException">One was not accepted.</exception>
    public Task<double> SendAsync(TimeSpan duration, CancellationToken cancellationToken) => Wrk.RunAsync(
        ["-t1", $"-c{Connections}", string.Create(CultureInfo.InvariantCulture, $"-d{(int)duration.TotalSeconds}s"), "--timeout", "30s", "-s", script, url],
        cancellationToken);
}
