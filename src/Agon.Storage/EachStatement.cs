using System.Collections.Concurrent;
using System.Data.Common;
using System.Reflection;

namespace Agon.Storage;

/// <summary>One statement with many sets of parameters: on PostgreSQL all travel in one trip, on SQLite it is prepared once.</summary>
internal static class EachStatement
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    /// <param name="connection">Where.</param>
    /// <param name="transaction">In which transaction; null for none.</param>
    /// <param name="sql">The statement. It names each parameter as a property is named.</param>
    /// <param name="parameters">An object for each time.</param>
    /// <param name="numbers">Gets the first column of each time's first row; null if there are no rows to expect.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Task RunAsync(
        DbConnection connection, DbTransaction? transaction, string sql, IEnumerable<object> parameters, List<long?>? numbers, CancellationToken cancellationToken) =>
        connection.CanCreateBatch
            ? RunBatchAsync(connection, transaction, sql, parameters, numbers, cancellationToken)
            : RunInTurnAsync(connection, transaction, sql, parameters, numbers, cancellationToken);

    private static async Task RunBatchAsync(
        DbConnection connection, DbTransaction? transaction, string sql, IEnumerable<object> parameters, List<long?>? numbers, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var one in parameters)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            Bind(one, command.Parameters, command.CreateParameter);
            batch.BatchCommands.Add(command);
        }
        if (numbers is null)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return;
        }
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
            numbers.Add(await NumberAsync(reader, cancellationToken));
        while (await reader.NextResultAsync(cancellationToken));
    }

    private static async Task RunInTurnAsync(
        DbConnection connection, DbTransaction? transaction, string sql, IEnumerable<object> parameters, List<long?>? numbers, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var one in parameters)
        {
            command.Parameters.Clear();
            Bind(one, command.Parameters, command.CreateParameter);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (numbers is not null)
                numbers.Add(await NumberAsync(reader, cancellationToken));
        }
    }

    private static async Task<long?> NumberAsync(DbDataReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken) ? reader.GetInt64(0) : null;

    private static void Bind(object values, DbParameterCollection parameters, Func<DbParameter> create)
    {
        foreach (var property in Properties.GetOrAdd(values.GetType(), type => type.GetProperties()))
        {
            var parameter = create();
            parameter.ParameterName = property.Name;
            if (property.GetValue(values) is DateTimeOffset time)
                DapperSetup.Time.SetValue(parameter, time);
            else
                parameter.Value = property.GetValue(values) ?? DBNull.Value;
            parameters.Add(parameter);
        }
    }
}
