using Agon.Cli.Demo;

namespace Agon.Cli.Tests;

/// <summary>A real server with one quick contest ("quick" on CPU: return twice the number) and participants, shared by a class of tests.</summary>
public sealed class Contest : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private DemoServer? server;

    public const string Right = "def twice(number):\n    return number + number\n";
    public const string Wrong = "def twice(number):\n    return number\n";

    /// <summary>Where the problem's files are in the checkout that these tests run from.</summary>
    public static string Problems { get; } = Path.Combine(Checkout(), "tests", "Agon.EndToEnd.Tests", "problems");

    public string Url => server!.Url;

    public string Data => folder.Path;

    public async Task InitializeAsync()
    {
        Assert.Equal(0, (await CommandRun.Of(["problems", "sync", Problems, "--data", Data])).ExitCode);
        server = await DemoServer.StartAsync(Data, "http://127.0.0.1:0", TimeProvider.System, CancellationToken.None);
    }

    /// <summary>A new participant's CLI id.</summary>
    public async Task<string> JoinAsync(string name) => (await CommandRun.Of(["user", "add", name, "--data", Data])).OutputLines[^1];

    /// <summary>Runs the command line against this server, as the participant with this id.</summary>
    internal Task<CommandRun> AsAsync(string cliId, params string[] arguments) =>
        CommandRun.Of(arguments, ("AGON_URL", Url), ("AGON_CLI_ID", cliId));

    /// <summary>A file of that name; each call has a folder of its own.</summary>
    public string Entry(string name, string code) => folder.Write(Path.Combine(Guid.NewGuid().ToString("N"), name), code);

    public async Task DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    public void Dispose() => folder.Dispose();

    public static string Checkout()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Agon.slnx")))
                return at;
        }
        throw new InvalidOperationException("these tests run from a checkout");
    }
}
