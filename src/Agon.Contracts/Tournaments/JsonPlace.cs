namespace Agon.Contracts.Tournaments;

/// <summary>Where a value stands in a JSON text: the way down to it, link by link.</summary>
/// <param name="Parent">Null at the top.</param>
/// <param name="Name">Of the field; null of a list's item.</param>
/// <param name="Index">Of the item, from 0.</param>
internal sealed record JsonPlace(JsonPlace? Parent, string? Name, int Index)
{
    public static JsonPlace Top { get; } = new(null, null, 0);

    public IReadOnlyList<JsonPlace> WayDown() => Parent is null ? [] : [.. Parent.WayDown(), this];

    /// <summary><c>participants[3].runs[0].status</c>; empty at the top.</summary>
    public override string ToString() => Parent is null ? "" : Name is null ? $"{Parent}[{Index}]" : Parent.Parent is null ? Name : $"{Parent}.{Name}";
}

/// <summary>A value that is not what it has to be.</summary>
internal sealed class JsonPlaceException(JsonPlace place, string complaint) : Exception(complaint)
{
    public JsonPlace Place { get; } = place;
}
