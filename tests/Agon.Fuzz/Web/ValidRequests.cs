using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agon.Contracts;
using Agon.Contracts.Tournaments;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Server.Pages;
using Agon.Server.Tournaments;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Agon.Fuzz.Web;

/// <summary>Requests that a route takes, made from what it says of itself: its pattern, its query, its body.</summary>
internal static class ValidRequests
{
    private const string File = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\nContent-Type: application/octet-stream\r\n\r\n#!POPCORN leaderboard lcs\nx = 1\n\r\n--b--\r\n";

    public static IReadOnlyList<string> Methods(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    /// <summary>One without a query and one with all of it, each with every header that says who asks.</summary>
    public static IReadOnlyList<byte[]> Of(string method, RouteEndpoint route)
    {
        var path = string.Concat(route.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => Part(part, route)))));
        var query = string.Join('&', route.Metadata.OfType<QueryPart>().Select(part => $"{part.Name}={Value(part.Name)}"));
        var (type, body) = Body(route);
        var head = $" HTTP/1.1\r\nHost: 127.0.0.1\r\n{AccessPolicies.CliIdHeader}: {FuzzedServer.CliIdMark}\r\nAuthorization: Bearer {FuzzedServer.AdminToken}\r\n{RegistrationKey.Header}: {FuzzedServer.RegistrationKeyText}\r\n{type}";
        return
        [
            Encoding.UTF8.GetBytes($"{method} {(path.Length == 0 ? "/" : path)}{head}\r\n{body}"),
            Encoding.UTF8.GetBytes($"{method} {(path.Length == 0 ? "/" : path)}{(query.Length == 0 ? "" : "?")}{query}{head}Last-Event-ID: 0\r\nAccept: */*\r\n\r\n{body}"),
        ];
    }

    private static string Part(RoutePatternPart part, RouteEndpoint route) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        // Days have those that run, and what can be changed those that are open.
        RoutePatternParameterPart { Name: "tournamentId" } when route.RoutePattern.RawText!.Contains("/da", StringComparison.Ordinal) => FuzzedServer.RunningTournamentMark,
        RoutePatternParameterPart parameter => Value(parameter.Name),
        _ => "x",
    };

    private static string Value(string name) => name.ToLowerInvariant() switch
    {
        "leaderboard" or "name" or "leaderboards" => "lcs",
        "gpu" => "CPU",
        "mode" or "category" or "mode_category" => "test",
        "id" => FuzzedServer.SubmissionMark,
        "user_name" => FuzzedServer.UserName,
        "userid" or "user_id" => FuzzedServer.UserMark,
        "code" => FuzzedServer.CodeMark,
        "leaderboard_id" => FuzzedServer.BoardMark,
        "repository" => FuzzedServer.RepositoryName,
        "problem_set" => FuzzedServer.ProblemSet,
        "directory" => FuzzedServer.Problem,
        "branch" => "main",
        "visibility" => "closed",
        "force" => "true",
        "tournamentid" => FuzzedServer.TournamentMark,
        "hotkey" => FuzzedServer.Hotkey,
        "image_type" => "analytics",
        "topic" => "datasets",
        "status" => "registration",
        "date" or "registration_start" or "registration_end" => "2030-03-04",
        "commit_hash" => FuzzedServer.Commit,
        "github_repository" => "https://github.com/agon/entry",
        "hash" => Path.GetFileNameWithoutExtension(Stylesheet.Path),
        _ => "1",
    };

    private static (string Type, string Body) Body(RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<TakesFile>() is not null)
            return ("Content-Type: multipart/form-data; boundary=b\r\n", File);
        if (route.Metadata.GetMetadata<TakesJson>() is { } json)
            return ("Content-Type: application/json\r\n", Json(AgonJson.Wire.GetTypeInfo(json.Type)!));
        return ("", "");
    }

    private static string InBody(string name) => name switch
    {
        "hotkey" => "newcomer",
        "status" => "active",
        _ => Value(name),
    };

    private static string Json(JsonTypeInfo type) => JsonSerializer.Serialize(type.Properties.ToDictionary(member => member.Name, object? (member) =>
    {
        var kind = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        return kind == typeof(string) ? InBody(member.Name) : kind == typeof(bool) ? true : kind.IsPrimitive ? 1 : kind == typeof(ScoringPolicyView) ? null
            : kind.IsAssignableFrom(typeof(int[])) ? new[] { 30 } : new[] { Value(member.Name) };
    }));
}
