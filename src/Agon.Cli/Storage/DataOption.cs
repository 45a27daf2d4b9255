using System.CommandLine;
using System.Data.Common;
using Agon.Storage;

namespace Agon.Cli.Storage;

/// <summary>Where an operator's command finds the data.</summary>
internal static class DataOption
{
    public static Option<string?> Create() => new("--data")
    {
        Description = "Data folder with its own SQLite file; wins over DATABASE_URL. Default: PostgreSQL at DATABASE_URL, else ~/.local/share/agon",
        HelpName = "DIR",
    };

    /// <summary>A folder named on the command line wins over DATABASE_URL, and who has set both is told.</summary>
    public static DataPlace Find(Shell shell, string? folder)
    {
        var url = shell.Variable("DATABASE_URL");
        if (folder is null)
            return new DataPlace(DefaultFolder(shell), url);
        var place = new DataPlace(Path.GetFullPath(folder), null);
        // On a machine of a PostgreSQL contest it would look at, or make, a database that nobody uses.
        if (url is not null)
            shell.Say($"note: --data wins over DATABASE_URL: this is about the SQLite file in {place.Folder}; without --data it is about PostgreSQL");
        return place;
    }

    private static string DefaultFolder(Shell shell) =>
        Path.Combine(shell.Variable("XDG_DATA_HOME") ?? Path.Combine(shell.Home, ".local", "share"), "agon");
}

/// <summary>A data folder, and the database in its stead if there is one.</summary>
internal sealed record DataPlace(string Folder, string? DatabaseUrl)
{
    /// <summary>The database, with all its tables.</summary>
    public async Task<Database> OpenAsync(CancellationToken cancellationToken)
    {
        var database = Open();
        try
        {
            await database.MigrateAsync(cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The database for a command that only looks: nothing is made and no table brought up to date, so that whoever may only read it can ask, too.</summary>
    /// <exception cref="CommandFailure">There is no data, or it lacks migrations.</exception>
    public async Task<Database> OpenToReadAsync(CancellationToken cancellationToken)
    {
        if (!Exists)
            throw CommandFailure.Refused($"there is no data in {Folder}, and none was made; 'agon db migrate' makes it");
        var database = Open();
        try
        {
            if (await database.MissingMigrationsAsync(cancellationToken) is { Count: > 0 } missing)
                throw CommandFailure.Refused($"{database.Place} lacks {missing.Count} migrations, and nothing was changed; 'agon db migrate' brings it up to date");
            return database;
        }
        catch (DbException error) when (DatabaseFault.LacksTable(error))
        {
            await database.DisposeAsync();
            throw new CommandFailure(ExitCode.Refused, $"{database.Place} has no tables of Agon's, and none were made; 'agon db migrate' makes them", error);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether there is data already.</summary>
    public bool Exists => Database.Exists(Folder, DatabaseUrl);

    /// <summary>The database as it is.</summary>
    /// <exception cref="CommandFailure">DATABASE_URL cannot be understood.</exception>
    public Database Open()
    {
        try
        {
            return Database.Open(Folder, DatabaseUrl);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            // The message may hold the address, and with it a password.
            throw new CommandFailure(ExitCode.Usage, "DATABASE_URL is not one; it should read postgresql://USER:PASSWORD@HOST:5432/NAME", error);
        }
    }
}
