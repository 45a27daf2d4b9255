using System.Data;
using System.Globalization;
using System.Text.Json;
using Agon.Contracts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agon.Storage;

/// <summary>What Dapper has to be told once in a process.</summary>
internal static class DapperSetup
{
    /// <summary>How times are written, for statements that do not go through Dapper.</summary>
    public static TimeHandler Time { get; } = new();

    private static readonly Lazy<bool> Registered = new(() =>
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper's own map for the type would win over the handler when writing.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(Time);
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.AddTypeHandler(new GuidHandler());
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.RemoveTypeMap(typeof(DateOnly?));
        SqlMapper.AddTypeHandler(new DateHandler());
        SqlMapper.AddTypeHandler(new TextListHandler());
        SqlMapper.AddTypeHandler(new NumberListHandler());
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

/// <summary>Identifiers: <c>uuid</c> on PostgreSQL, on SQLite text in lower case, which is how they are written everywhere else.</summary>
internal sealed class GuidHandler : SqlMapper.TypeHandler<Guid>
{
    public override void SetValue(IDbDataParameter parameter, Guid value) => parameter.Value = parameter is SqliteParameter ? value.ToString("D") : value;

    public override Guid Parse(object value) => value is Guid id ? id : Guid.ParseExact((string)value, "D");
}

/// <summary>Dates without a time: <c>date</c> on PostgreSQL, text on SQLite, in whose order dates stand, too.</summary>
internal sealed class DateHandler : SqlMapper.TypeHandler<DateOnly>
{
    private const string Format = "yyyy-MM-dd";

    public override void SetValue(IDbDataParameter parameter, DateOnly value) =>
        parameter.Value = parameter is SqliteParameter ? value.ToString(Format, CultureInfo.InvariantCulture) : value;

    public override DateOnly Parse(object value) => value switch
    {
        DateOnly date => date,
        DateTime time => DateOnly.FromDateTime(time),
        string text => DateOnly.ParseExact(text, Format, CultureInfo.InvariantCulture),
        _ => throw new InvalidDataException($"a date came back as {value.GetType().Name}"),
    };
}

/// <summary>A column of type array: one on PostgreSQL, on SQLite a JSON list as text.</summary>
internal sealed record TextList(string[] Items);

/// <summary>As <see cref="TextList"/>, of whole numbers.</summary>
internal sealed record NumberList(int[] Items);

internal sealed class TextListHandler : SqlMapper.TypeHandler<TextList>
{
    public override void SetValue(IDbDataParameter parameter, TextList? value) =>
        parameter.Value = parameter is SqliteParameter ? JsonSerializer.Serialize(value!.Items, AgonJson.Wire.StringArray) : value!.Items;

    public override TextList Parse(object value) => new(value as string[] ?? JsonSerializer.Deserialize((string)value, AgonJson.Wire.StringArray)!);
}

internal sealed class NumberListHandler : SqlMapper.TypeHandler<NumberList>
{
    public override void SetValue(IDbDataParameter parameter, NumberList? value) =>
        parameter.Value = parameter is SqliteParameter ? JsonSerializer.Serialize(value!.Items, AgonJson.Wire.Int32Array) : value!.Items;

    public override NumberList Parse(object value) => new(value as int[] ?? JsonSerializer.Deserialize((string)value, AgonJson.Wire.Int32Array)!);
}
