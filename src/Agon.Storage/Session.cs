using System.Data.Common;
using Dapper;

namespace Agon.Storage;

/// <summary>A connection in use, in a transaction or not. What was not committed when it is disposed has not happened.</summary>
internal sealed class Session(Dialect dialect, DbConnection connection, DbTransaction? transaction, Action? release) : IAsyncDisposable
{
    private const int LongTimeoutSeconds = 3600;

    public Dialect Dialect => dialect;

    /// <summary>The only row, or the default where there is none.</summary>
    public Task<T?> QueryOneAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<T>(Command(sql, parameters, cancellationToken));

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<T>(Command(sql, parameters, cancellationToken))];

    /// <returns>How many rows were changed.</returns>
    public Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(sql, parameters, cancellationToken));

    public Trip Trip() => new(connection, transaction);

    /// <summary>The number that the statement gives for each of these parameters, in their order; null where it gives no row.</summary>
    public async Task<IReadOnlyList<long?>> QueryEachAsync(string sql, IEnumerable<object> parameters, CancellationToken cancellationToken)
    {
        var trip = Trip();
        var numbers = trip.Query(sql, parameters);
        await trip.GoAsync(cancellationToken);
        return numbers;
    }

    /// <summary>As <see cref="ExecuteAsync"/>, for what may take minutes on a large database.</summary>
    public Task<int> ExecuteLongAsync(string sql, object? parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, LongTimeoutSeconds, cancellationToken: cancellationToken));

    /// <summary>A script of a migration.</summary>
    public Task ExecuteScriptAsync(string sql, CancellationToken cancellationToken) => ExecuteLongAsync(sql, null, cancellationToken);

    /// <summary>Lets one transaction at a time past this line, for rules that no key of a table can hold.</summary>
    public Task LockAsync(string name, CancellationToken cancellationToken) =>
        dialect.NamedLock is null ? Task.CompletedTask : ExecuteAsync(dialect.NamedLock, new { name }, cancellationToken);

    /// <summary>As <see cref="LockAsync"/>, on a trip, of several names, which everybody takes in the same order.</summary>
    public void LockEach(Trip trip, IEnumerable<string> names)
    {
        if (dialect.NamedLock is { } sql)
            trip.Query(sql, names.Distinct().Order(StringComparer.Ordinal).Select(name => new { name }));
    }

    /// <summary>Cancels before the commit, never during it: half a commit is a question that nobody could answer.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await transaction!.CommitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await using (connection)
            await using (transaction)
                return;
        }
        finally
        {
            release?.Invoke();
        }
    }

    private CommandDefinition Command(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
