namespace Agon.Domain.Accounts;

/// <summary>A participant.</summary>
public sealed record User(string Id, string Name, bool IsBanned);
