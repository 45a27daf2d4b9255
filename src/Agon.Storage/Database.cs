namespace Agon.Storage;

/// <summary>Agon's database: a SQLite file, or PostgreSQL.</summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>
    /// Opens PostgreSQL if <paramref name="databaseUrl"/> is given (a <c>postgresql://</c> URL or an Npgsql string),
    /// else the file <c>agon.db</c> in <paramref name="dataFolder"/>, which is made if it is missing.
    /// </summary>
    public static Database Open(string? dataFolder, string? databaseUrl) => throw new NotImplementedException();

    /// <summary>Where the data is, for people: no password in it.</summary>
    public string Place => throw new NotImplementedException();

    /// <summary>Applies what is missing, under a lock; safe to call from several processes at once.</summary>
    /// <returns>The names of the migrations applied now.</returns>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
