namespace Agon.Contracts.Accounts;

/// <summary>What <c>agon user add --json</c> prints; the only time that the id is shown.</summary>
public sealed record NewUserView
{
    public required string UserId { get; init; }
    public required string UserName { get; init; }
    public required string CliId { get; init; }
}
