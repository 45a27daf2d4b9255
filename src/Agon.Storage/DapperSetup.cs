using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agon.Storage;

/// <summary>What Dapper has to be told once in a process.</summary>
internal static class DapperSetup
{
    private static readonly Lazy<bool> Registered = new(() =>
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper's own map for the type would win over the handler when writing.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new TimeHandler());
        return true;
    });

    public static void Register() => _ = Registered.Value;
}

/// <summary>
/// Times: <c>timestamptz</c> on PostgreSQL, which Npgsql takes and gives as a UTC <see cref="DateTime"/>; on SQLite UTC text
/// of one width, so that the order of texts is the order of times. Both keep microseconds.
/// </summary>
internal sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
        parameter.Value = parameter is SqliteParameter ? value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture) : value.UtcDateTime;

    public override DateTimeOffset Parse(object value) => value switch
    {
        // A column without a zone gives an unspecified kind; the session's zone is UTC.
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        string text => DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        _ => throw new InvalidDataException($"a time came back as {value.GetType().Name}"),
    };
}
