using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace Agon.Storage;

/// <summary>Statements, each with many sets of parameters, that need nothing of each other: on PostgreSQL all go in one trip.</summary>
/// <remarks>On SQLite, which is no way off, each is prepared once. The order is that in which they were added.</remarks>
internal sealed class Trip(DbConnection connection, DbTransaction? transaction)
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    private readonly List<Statement> statements = [];

    /// <summary>Adds a statement that gives a whole number or nothing: of each time its only one, else null. They are there after the trip.</summary>
    /// <param name="sql">It names each parameter as a property is named.</param>
    /// <param name="parameters">An object for each time.</param>
    public IReadOnlyList<long?> Query(string sql, IEnumerable<object> parameters)
    {
        var statement = new Statement(sql, [.. parameters], []);
        statements.Add(statement);
        return statement.Numbers!;
    }

    /// <summary>As <see cref="Query"/>, of a statement that gives no rows.</summary>
    public void Execute(string sql, IEnumerable<object> parameters) => statements.Add(new Statement(sql, [.. parameters], Numbers: null));

    /// <summary>Sends them all, and waits for what they give. Once.</summary>
    public async Task GoAsync(CancellationToken cancellationToken)
    {
        statements.RemoveAll(statement => statement.Parameters.Count == 0);
        if (statements.Count == 0)
            return;
        if (connection.CanCreateBatch)
            await GoTogetherAsync(cancellationToken);
        else
            await GoInTurnAsync(cancellationToken);
    }

    private async Task GoTogetherAsync(CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var (sql, parameters, _) in statements)
        {
            foreach (var one in parameters)
            {
                var command = batch.CreateBatchCommand();
                command.CommandText = sql;
                Bind(one, command.Parameters, command.CreateParameter);
                batch.BatchCommands.Add(command);
            }
        }
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var (_, parameters, numbers) in statements.Where(statement => statement.Numbers is not null))
        {
            for (var n = 0; n < parameters.Count; n++)
            {
                numbers!.Add(await NumberAsync(reader, cancellationToken));
                await reader.NextResultAsync(cancellationToken);
            }
        }
        while (await reader.NextResultAsync(cancellationToken))
        {
            // What comes behind may still fail.
        }
    }

    private async Task GoInTurnAsync(CancellationToken cancellationToken)
    {
        foreach (var (sql, parameters, numbers) in statements)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = sql;
            foreach (var one in parameters)
            {
                command.Parameters.Clear();
                Bind(one, command.Parameters, command.CreateParameter);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                numbers?.Add(await NumberAsync(reader, cancellationToken));
            }
        }
    }

    // A lock gives a row whose column is of no type.
    private static async Task<long?> NumberAsync(DbDataReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(cancellationToken) && reader.GetValue(0) is var value and (long or int) ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;

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

    private sealed record Statement(string Sql, IReadOnlyCollection<object> Parameters, List<long?>? Numbers);
}
