using System.CommandLine;
using System.Net.Sockets;
using Agon.Cli.Storage;
using Agon.Server;
using Agon.Storage;
using Microsoft.Extensions.Hosting;

namespace Agon.Cli.Servers;

/// <summary><c>agon serve</c> and <c>agon worker</c>: the long-running two.</summary>
internal static class ServerCommands
{
    public const string DefaultUrl = "http://127.0.0.1:8000";

    private const string TrustMeaning =
        "Your word that you trust everybody who hands code in: where no sandbox can be built, it then runs without one";

    public static Command Serve(Shell shell)
    {
        var data = DataOption.Create();
        var urls = new Option<string[]>("--urls")
        {
            Description = $"Where to listen; port 0 takes a free one. Default: {DefaultUrl}",
            HelpName = "URL",
            DefaultValueFactory = _ => [DefaultUrl],
        };
        var trust = TrustOption();
        var stopAtEof = new Option<bool>("--stop-at-eof") { Description = "Stop when standard input ends", Hidden = true };
        var command = new AgonCommand(
            "serve",
            "Runs a server: HTTP, board pages, and workers for this machine's devices.\n"
            + "Prints each address on stdout once it listens; logs go to stderr; Ctrl-C or SIGTERM stops it cleanly.",
            "agon serve --data /srv/agon --urls http://127.0.0.1:8000",
            "DATABASE_URL=postgresql://agon@localhost/agon agon serve") { data, urls, trust, stopAtEof };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = Settings(shell, parsed.GetValue(data), parsed.GetValue(trust)) with
            {
                Urls = [.. parsed.GetValue(urls)!.SelectMany(url => url.Split([';', ','], StringSplitOptions.RemoveEmptyEntries)).Select(ListenAddress.Checked)],
            };
            await using var server = Built(() => AgonServer.Build(settings));
            if (parsed.GetValue(stopAtEof))
                EndOfInput.Stops(server.Lifetime);
            await RunAsync(server, () =>
            {
                foreach (var url in server.Urls)
                    shell.Print(url);
                shell.Output.Flush();
            }, cancellationToken);
        });
        return command;
    }

    public static Command Worker(Shell shell)
    {
        var data = DataOption.Create();
        var trust = TrustOption();
        var command = new AgonCommand(
            "worker",
            "Runs workers without HTTP: they take jobs from the database that servers fill, on this machine's devices.",
            "DATABASE_URL=postgresql://agon@db.local/agon agon worker",
            "agon worker --data /srv/agon") { data, trust };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = Settings(shell, parsed.GetValue(data), parsed.GetValue(trust));
            using var worker = Built(() => AgonWorker.Build(settings));
            await RunAsync(worker, ready: null, cancellationToken);
        });
        return command;
    }

    private static Option<bool> TrustOption() => new("--i-trust-all-submitters") { Description = TrustMeaning };

    internal static ServerSettings Settings(Shell shell, string? data, bool trust)
    {
        var place = DataOption.Find(shell, data);
        var runner = Path.Combine(AppContext.BaseDirectory, "agon-runner");
        return File.Exists(runner)
            ? new ServerSettings { DataFolder = place.Folder, DatabaseUrl = place.DatabaseUrl, TrustAllSubmitters = trust, RunnerPath = runner }
            : throw CommandFailure.Platform($"there is no agon-runner in {AppContext.BaseDirectory}; build Agon anew");
    }

    private static THost Built<THost>(Func<THost> build)
    {
        try
        {
            return build();
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or ArgumentException || IsOfWrongKind(error))
        {
            throw new CommandFailure(ExitCode.Usage, WrongSetting.Tell(error) ?? error.Message, error);
        }
        // Some are read already when the parts are put together.
        catch (Exception error) when (WrongSetting.Tell(error) is { } wrong)
        {
            throw WrongOne(wrong, error);
        }
    }

    private static CommandFailure WrongOne(string said, Exception error) => new(ExitCode.Usage, $"a setting is wrong: {said}", error);

    private static async Task RunAsync(IHost host, Action? ready, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (Exception error) when (WrongSetting.Tell(error) is not null || IsOfWrongKind(error))
        {
            throw WrongOne(WrongSetting.Tell(error) ?? error.Message, error);
        }
        catch (SecondServerException error)
        {
            throw new CommandFailure(ExitCode.Refused, error.Message, error);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // Where an address is taken all but the listener has begun: it lets go of the data before this process says that it failed,
            // and what goes wrong in that must not hide why.
            await host.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw CommandFailure.Platform($"{error.Message.TrimEnd('.')}; name another address with --urls", error);
        }
        ready?.Invoke();
        await host.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Whether a setting is a word where a number, a time or yes or no has to be: the framework names it in its message.</summary>
    internal static bool IsOfWrongKind(Exception error) =>
        error is InvalidOperationException { InnerException: FormatException or OverflowException or ArgumentException or NotSupportedException }
            or InvalidOperationException { Source: "Microsoft.Extensions.Logging.Configuration" };   // a log level that is none
}
