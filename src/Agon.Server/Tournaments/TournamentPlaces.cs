using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>The places that settings name, read once at the start: a slip in them is told there, and not by the first run or promotion that needs one.</summary>
internal sealed class TournamentPlaces(IConfiguration configuration) : IValidateOptions<TournamentOptions>
{
    public ValidateOptionsResult Validate(string? name, TournamentOptions options)
    {
        try
        {
            foreach (var type in Enum.GetValues<ImageType>())
                options.BaselineRemote(type);
            BucketOf(configuration);
            return ValidateOptionsResult.Success;
        }
        catch (FormatException slip)
        {
            return ValidateOptionsResult.Fail(slip.Message);
        }
    }

    /// <summary>The bucket that datasets come from; null for none.</summary>
    /// <exception cref="FormatException">Half of what it needs is not set.</exception>
    public static S3Settings? BucketOf(IConfiguration configuration) =>
        configuration[S3Settings.BucketVariable] is { Length: > 0 } ? S3Settings.Of(variable => configuration[variable]) : null;
}
