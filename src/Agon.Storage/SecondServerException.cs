namespace Agon.Storage;

/// <summary>A server runs on this SQLite file already.</summary>
public sealed class SecondServerException(string file, Exception inner)
    : Exception($"a server runs on {file} already; stop it first, or give both a PostgreSQL database, which any number of servers may share", inner);
