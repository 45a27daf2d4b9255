using System.Text.Json;
using Agon.Cli;
using Agon.Cli.Http;
using Agon.Cli.Submissions;
using Agon.Domain.Submissions;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What the command line reads: its own words, its files, a server's answers.</summary>
internal static class ClientReaders
{
    private const string Ranking = """
        [{"submission_id":1,"rank":1,"submission_name":"a.py","submission_time":"2026-03-04T12:00:00Z","submission_score":0.0033,"leaderboard_name":"lcs","user_id":"1","user_name":"ada","gpu_type":"CPU","trust":"self_reported","unsandboxed":false}]
        """;

    public static IEnumerable<Target> In(ScratchFolder scratch)
    {
        var home = scratch.Of("home");
        var config = Path.Combine(scratch.Of("home/.config/agon"), "config.yaml");
        var popcorn = Path.Combine(home, ".popcorn.yaml");
        var shell = new Shell { Output = TextWriter.Null, Error = TextWriter.Null, Variable = name => name == "HOME" ? home : null };

        var root = CommandLine.Create(shell);   // once, as in a process: options that commands share remember each command they are in
        yield return Target.Reader("command line", Texts(
            "submit\nentry.py\n--leaderboard\nlcs\n--gpu\nCPU\n--mode\ntest", "eval\ntask\nentry.py\n--mode\nleaderboard\n--json", "leaderboard\nlimit\nlcs\n--mode\ntest\n--per-hour\n5", "serve\n--data\nx\n--urls\nhttp://127.0.0.1:0"),
            // No argument of a process can hold a NUL.
            bytes => root.Parse(Text(bytes).Replace("\0", "", StringComparison.Ordinal).Split('\n')).Errors.Count == 0);
        yield return Target.Reader<CommandFailure>("config.yaml of the command line", Texts("url: http://127.0.0.1:8000\ncli_id: 0123456789abcdef\n"), bytes =>
        {
            File.WriteAllBytes(config, bytes);
            ServerOption.Connect(shell, url: null).Dispose();
        });
        yield return Target.Reader<CommandFailure>(".popcorn.yaml", Texts("cli_id: 0123456789abcdef\nother: {a: [1]}\n"), bytes =>
        {
            File.Delete(config);
            File.WriteAllBytes(popcorn, bytes);
            ServerOption.Connect(shell, url: null).Dispose();
        });
        yield return Target.Reader<JsonException>("a server's ranking", Texts(Ranking), bytes => _ = Cli.Leaderboards.Ranking.Table(Cli.Leaderboards.Ranking.Parse(Text(bytes))).ToList());
        foreach (var (kind, data) in Events)
            yield return Target.Reader<JsonException>($"a server's {kind} event", Texts(data), bytes => ProgressLines.Of(new SubmissionEvent(1, kind, Text(bytes))));
    }

    private static (string Kind, string Data)[] Events =>
    [
        (EventKind.Queued, """{"gpu":"CPU","position":3}"""),
        (EventKind.Phase, """{"gpu":"CPU","phase":"test","state":"passed","attempt":2,"seconds":0.5}"""),
        (EventKind.Log, """{"gpu":"CPU","line":"x"}"""),
        (EventKind.Result, """{"gpu":"CPU","score":null,"result":{"success":false,"error":"x","system":{"gpu":"CPU"},"runs":{}}}"""),
        (EventKind.Done, """{"status":"failed","error":"x"}"""),
    ];
}
