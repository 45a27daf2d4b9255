using Agon.Contracts.Submissions;
using Agon.Contracts.Tournaments;
using Agon.Server.Accounts;
using Agon.Server.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Agon.Server.Http;

/// <summary>A part of the query that a handler reads by hand, for the API document.</summary>
internal sealed record QueryPart(string Name, bool IsNumber);

/// <summary>Marks a route that takes a file, for the API document.</summary>
internal sealed record TakesFile;

/// <summary><c>/openapi/v1.json</c>: what the routes say of themselves, and what their handlers read and answer by hand.</summary>
internal static class ApiDocument
{
    private const string CliId = "cli_id";
    private const string WebAuthId = "web_auth_id";
    private const string AdminToken = "admin_token";
    private const string ApiKey = "api_key";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", document =>
    {
        document.AddDocumentTransformer((api, _, _) =>
        {
            api.Info = new OpenApiInfo { Title = "Agon", Version = "1", Description = "Competitions for code that must be right and fast." };
            api.Servers?.Clear();   // whatever name this request came by is no part of the interface
            api.Components ??= new OpenApiComponents();
            api.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [CliId] = Header(AccessPolicies.CliIdHeader),
                [WebAuthId] = Header(AccessPolicies.WebAuthIdHeader),
                [ApiKey] = Header(RegistrationKey.Header),
                [AdminToken] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            };
            return Task.CompletedTask;
        });
        document.AddOperationTransformer(CompleteAsync);
    });

    public static void MapApiDocument(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/v1.json").For(Access.Everybody);

    /// <summary>Which statuses the route's handler refuses with; those of its access policy come by themselves.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder route, params int[] statuses) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata([.. statuses.Select(Refusal)]);

    /// <summary>
    /// What every route answers that the limits hold: 429, its caller is too fast; 503, no turn came in time, or the database is
    /// away. Health is not held by them: it is asked by who has to know.
    /// </summary>
    public static TBuilder HeldByLimits<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint =>
        {
            var path = new PathString((endpoint as RouteEndpointBuilder)?.RoutePattern.RawText);
            if (!path.StartsWithSegments(HealthApi.Path))
                endpoint.Metadata.Add(Refusal(StatusCodes.Status429TooManyRequests, path));
            endpoint.Metadata.Add(Refusal(StatusCodes.Status503ServiceUnavailable, path));
        });
        return route;
    }

    /// <summary>Which parts of the query the handler reads.</summary>
    public static TBuilder Asks<TBuilder>(this TBuilder route, params QueryPart[] parts) where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata([.. parts]);

    private static ProducesResponseTypeMetadata Refusal(int status) => Refusal(status, "");

    private static ProducesResponseTypeMetadata Refusal(int status, PathString path)
    {
        var general = status == StatusCodes.Status422UnprocessableEntity ? typeof(FieldErrorsView) : typeof(ErrorView);
        return new(status, TournamentRefusal.IsOf(path) ? typeof(TournamentErrorView) : general, ["application/json"]);
    }

    private static OpenApiSecurityScheme Header(string name) => new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = name };

    private static async Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var part in metadata.OfType<QueryPart>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = part.Name,
                In = ParameterLocation.Query,
                Schema = new OpenApiSchema { Type = part.IsNumber ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        }
        if (metadata.OfType<TakesFile>().Any())
            operation.RequestBody = FileBody();
        if (metadata.OfType<TakesJson>().SingleOrDefault() is { } json)
            operation.RequestBody = Body("application/json", await context.GetOrCreateSchemaAsync(json.Type, parameterDescription: null, cancellationToken));
        operation.Security = SecurityOf(metadata.OfType<AccessPolicy>().LastOrDefault()?.Access, context.Document);
    }

    // Each entry is one way in; an empty one is the way of those who do not say who they are.
    private static List<OpenApiSecurityRequirement> SecurityOf(Access? access, OpenApiDocument? document)
    {
        OpenApiSecurityRequirement By(string scheme) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
        return access switch
        {
            Access.Users => [By(CliId), By(WebAuthId)],
            Access.CliUsers => [By(CliId)],
            Access.Operators => [By(AdminToken)],
            Access.Registrars => [By(ApiKey)],
            Access.OperatorsForUsers => [Both(By(AdminToken), By(CliId)), Both(By(AdminToken), By(WebAuthId))],
            Access.AnybodyButImpostors => [new OpenApiSecurityRequirement(), By(CliId), By(WebAuthId)],
            _ => [],
        };
    }

    private static OpenApiSecurityRequirement Both(OpenApiSecurityRequirement one, OpenApiSecurityRequirement other)
    {
        foreach (var (scheme, scopes) in other)
            one.Add(scheme, scopes);
        return one;
    }

    private static OpenApiRequestBody FileBody() => Body("multipart/form-data", new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "file" },
        Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
    });

    private static OpenApiRequestBody Body(string mediaType, OpenApiSchema schema) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { [mediaType] = new() { Schema = schema } },
    };
}
