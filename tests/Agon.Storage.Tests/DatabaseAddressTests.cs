using Npgsql;

namespace Agon.Storage.Tests;

public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgresql://ada:secret@db.example:6000/agon", "db.example", 6000, "ada", "secret", "agon")]
    [InlineData("postgres://ada:p%40ss%3A%2F%25@db.example/a%20b", "db.example", 5432, "ada", "p@ss:/%", "a b")]
    [InlineData("postgresql://ada@[::1]/agon", "::1", 5432, "ada", null, "agon")]
    [InlineData("postgresql:///agon?host=/var/run/postgresql&user=ada", "/var/run/postgresql", 5432, "ada", null, "agon")]
    [InlineData("Host=db.example;Port=6000;Username=ada;Password=secret;Database=agon", "db.example", 6000, "ada", "secret", "agon")]
    public void Urls_and_Npgsql_settings_are_read(string address, string host, int port, string? user, string? password, string database)
    {
        var settings = DatabaseAddress.Parse(address);
        Assert.Equal((host, port, user, password, database), (settings.Host, settings.Port, settings.Username, settings.Password, settings.Database));
        Assert.Equal("leaderboard,tournament", settings.SearchPath);
    }

    [Theory]
    [InlineData("sslmode=require", SslMode.Require)]
    [InlineData("sslmode=verify-full&connect_timeout=7&application_name=x", SslMode.VerifyFull)]
    [InlineData("channel_binding=require", SslMode.Prefer)]
    public void Parameters_of_a_url_are_understood(string query, SslMode mode) =>
        Assert.Equal(mode, DatabaseAddress.Parse($"postgresql://ada@db/agon?{query}").SslMode);

    [Theory]
    [InlineData("postgresql://ada:hunter2@db/agon?sslmode=sometimes")]
    [InlineData("postgresql://ada:hunter2@db/agon?colour=blue")]
    [InlineData("postgresql://ada:hunter2@db:port/agon")]
    [InlineData("Host=db;Password=hunter2;Colour=blue")]
    [InlineData("Host=db;Password=very;hunter2=true")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("postgresql://ada:1?hunter2=x@db/agon")]
    [InlineData("postgresql://ada:1?port=hunter2@db/agon")]
    [InlineData("postgresql://ada:1?sslmode=hunter2@db/agon")]
    [InlineData("hunter2")]
    [InlineData("hunter2=")]
    [InlineData("e=")]
    [InlineData("postgresql://ada:hunter2%00@db")]
    [InlineData("postgresql://n:%00@d")]
    public void What_cannot_be_read_is_refused_without_telling_the_password(string address)
    {
        var error = Assert.Throws<FormatException>(() => DatabaseAddress.Parse(address));
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    [Theory]
    [InlineData("postgresql://ada:secret@db/agon?colour=blue", "'colour'")]
    [InlineData("postgresql://ada:secret@db/agon?sslmode=require&colour=blue", "'colour'")]
    [InlineData("postgresql://ada:1?colour=x@db/agon", "rest of a password")]
    [InlineData("postgresql://ada@db/agon?password=x&colour=1", "rest of a password")]
    [InlineData("postgresql://ada:1?colour=#@db/agon", "rest of a password")]
    public void A_parameter_that_is_not_known_is_named_unless_it_may_be_a_secret(string address, string says)
    {
        var message = Assert.Throws<FormatException>(() => DatabaseAddress.Parse(address)).Message;
        Assert.Contains(says, message);
        Assert.Equal(says == "'colour'", message.Contains("colour", StringComparison.Ordinal));
        Assert.DoesNotContain("blue", message);
    }

    [Theory]
    [InlineData("Host=db;Database=agon", 100)]
    [InlineData("Host=db;Database=agon;Max Auto Prepare=0", 0)]
    [InlineData("postgresql://ada@db/agon", 100)]
    public void Statements_are_prepared_unless_the_operator_says_otherwise(string address, int statements) =>
        Assert.Equal(statements, DatabaseAddress.Parse(address).MaxAutoPrepare);

    [Theory]
    [InlineData("Host=db", 10, 5)]
    [InlineData("Host=db;Command Timeout=60;Timeout=20", 60, 20)]
    [InlineData("postgresql://ada@db/agon?connect_timeout=20", 10, 20)]
    public void Who_waits_for_a_silent_database_hears_so_soon_unless_the_operator_says_otherwise(string address, int statement, int connection)
    {
        var settings = DatabaseAddress.Parse(address);
        Assert.Equal((statement, connection), (settings.CommandTimeout, settings.Timeout));
    }

    [Fact]
    public async Task The_place_names_no_password()
    {
        await using var database = Database.Open(null, "postgresql://ada:hunter2@db.example:6000/agon");
        Assert.Equal("PostgreSQL database agon on db.example:6000", database.Place);
        Assert.Throws<ArgumentException>(() => Database.Open(null, " "));
    }
}
