using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Agon.Server.Accounts;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Limits;

/// <summary>
/// On whose account a request goes: a participant's, whatever the address, or else the address'. It is asked before the database is, so
/// an id counts from the request on that proved it; until then, and if nobody has it, the address pays. Else whoever makes ids up
/// would have an account for each.
/// </summary>
internal sealed class Callers
{
    private const int MostRemembered = 20_000;

    private readonly ConcurrentDictionary<(string Header, string Id), string> proved = new();

    public string Of(HttpContext http) =>
        Find(http, AccessPolicies.WebAuthIdHeader) ?? Find(http, AccessPolicies.CliIdHeader) ?? OfAddress(http.Connection.RemoteIpAddress);

    /// <summary>Somebody has this id.</summary>
    public void Prove(string header, string id, string userId)
    {
        if (proved.ContainsKey((header, id)))
            return;
        // Full means a new start: who comes again proves it again.
        if (proved.Count >= MostRemembered)
            proved.Clear();
        proved[(header, id)] = $"user {userId}";
    }

    private string? Find(HttpContext http, string header) =>
        http.Request.Headers[header].ToString() is { Length: > 0 } id && proved.TryGetValue((header, id), out var caller) ? caller : null;

    // Whoever has one address of version 6 has 2^64 of them.
    internal static string OfAddress(IPAddress? address)
    {
        if (address is null)
            return "address unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return $"address {address}";
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return $"network {BinaryPrimitives.ReadUInt64BigEndian(bytes):x16}";
    }
}
