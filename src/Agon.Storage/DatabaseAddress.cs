using Npgsql;

namespace Agon.Storage;

/// <summary>The address of a PostgreSQL database: a <c>postgresql://</c> URL, which Npgsql does not read, or an Npgsql string.</summary>
internal static class DatabaseAddress
{
    /// <summary>Contract tables first, without <c>public</c>: a missing schema then fails loudly.</summary>
    private const string SearchPath = "leaderboard,tournament";

    // A server that takes a statement and gives no answer: whoever waits for it hears so before taking Agon for dead.
    private const int CommandTimeoutSeconds = 10;

    // To call such a statement off takes Npgsql a connection, which it waits for twice, encrypted and not, and holds a thread meanwhile.
    private const int ConnectTimeoutSeconds = 5;

    /// <exception cref="FormatException">The address cannot be read; no password is in the message.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string address)
    {
        var settings = address.StartsWith("postgresql://", StringComparison.Ordinal) || address.StartsWith("postgres://", StringComparison.Ordinal)
            ? FromUrl(address)
            : FromNpgsql(address);
        settings.SearchPath = SearchPath;
        settings.Timezone = "UTC";
        settings.ApplicationName ??= "agon";
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = CommandTimeoutSeconds;
        if (!settings.ShouldSerialize("Timeout"))
            settings.Timeout = ConnectTimeoutSeconds;
        // The same few dozen statements over and over: the server parses and plans each once a connection.
        if (!settings.ShouldSerialize("Max Auto Prepare"))
            settings.MaxAutoPrepare = 100;
        // No statement of ours leaves anything behind in a session: cleaning it up each time would cost more than most of them.
        if (!settings.ShouldSerialize("No Reset On Close"))
            settings.NoResetOnClose = true;
        return settings;
    }

    private static NpgsqlConnectionStringBuilder FromNpgsql(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)   // the last one of a known key without a value
        {
            // Npgsql quotes what it could not read, which may be the rest of a password.
            throw new FormatException("the database address is neither a postgresql:// URL nor a list of Npgsql settings; a value that holds ; or quotes must stand in quotes");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        // A NUL is in no name, host or password that PostgreSQL knows, and the parts below would each refuse it in their own way.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || text.Contains("%00", StringComparison.Ordinal) || text.Contains('\0', StringComparison.Ordinal))
            throw new FormatException("the database address is not a URL; signs such as @ : / # in its password must be percent-encoded");

        var settings = new NpgsqlConnectionStringBuilder { Host = url.Host.Length > 0 ? Uri.UnescapeDataString(url.Host.Trim('[', ']')) : "localhost" };
        if (url.Port > 0)
            settings.Port = url.Port;
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, ..] parts)
        {
            settings.Username = Uri.UnescapeDataString(user);
            settings.Password = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null;
        }
        if (url.AbsolutePath.Length > 1)
            settings.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Apply(settings, pair.Split('=', 2)))
                throw new FormatException($"the database address has a parameter that Agon does not know{Named(pair, url)}; docs/operations.md lists them");
        }
        return settings;
    }

    // A ? that should have been encoded begins the query in the middle of a password, whose @ is then in there, too; a & ends one that is a parameter.
    private static string Named(string pair, Uri url)
    {
        var query = Uri.UnescapeDataString(url.Query);
        var mayBeSecret = query.Contains('@', StringComparison.Ordinal) || query.Contains("password", StringComparison.OrdinalIgnoreCase) || url.Fragment.Length > 0;
        return mayBeSecret
            ? ", and may be the rest of a password, so it is not told (signs such as ? & in one must be percent-encoded)"
            : $", '{Uri.UnescapeDataString(pair.Split('=', 2)[0])}'";
    }

    // The query parameters of libpq that a hosting service puts into its URLs; false: it is none of them. No value is quoted in
    // a message: a password with a ? in it ends up here, too.
    private static bool Apply(NpgsqlConnectionStringBuilder settings, string[] pair)
    {
        var name = Uri.UnescapeDataString(pair[0]);
        var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        switch (name)
        {
            case "host": settings.Host = value; break;
            case "port": settings.Port = Whole(name, value); break;
            case "user": settings.Username = value; break;
            case "password": settings.Password = value; break;
            case "dbname": settings.Database = value; break;
            case "application_name": settings.ApplicationName = value; break;
            case "connect_timeout": settings.Timeout = Whole(name, value); break;
            case "options": settings.Options = value; break;
            case "sslrootcert": settings.RootCertificate = value; break;
            case "sslcert": settings.SslCertificate = value; break;
            case "sslkey": settings.SslKey = value; break;
            case "sslmode": settings.SslMode = Mode(value); break;
            // libpq's wish about SCRAM over TLS: Npgsql's own default is libpq's.
            case "channel_binding": break;
            default: return false;
        }
        return true;
    }

    private static SslMode Mode(string value) =>
        Enum.TryParse<SslMode>(value.Replace("-", ""), ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            ? mode
            : throw new FormatException("the database address has an sslmode that is not disable, allow, prefer, require, verify-ca or verify-full");

    private static int Whole(string name, string value) =>
        int.TryParse(value, out var number) ? number : throw new FormatException($"the database address has a {name} that is not a number");
}
