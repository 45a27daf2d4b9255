using Agon.Domain.Submissions;

namespace Agon.Domain.Accounts;

/// <summary>Which names participants may have: they stand on boards, in logs and in terminals.</summary>
public static class UserName
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 64;

    /// <summary>Why the name is refused; null if it is not.</summary>
    public static string? Refuse(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return "a name must not be empty";
        if (name.Length > MaxLength)
            return $"the name has {name.Length} characters; at most {MaxLength} are accepted";
        if (name != name.Trim())
            return "the name begins or ends with a space";
        return name.Any(FileNameRules.IsInvisible) ? "the name contains a control or direction character" : null;
    }
}
