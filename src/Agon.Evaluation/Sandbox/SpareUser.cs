using System.Globalization;
using System.Net.Sockets;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>A uid that nobody else on the machine uses while it is held: what a sandbox started by root runs as.</summary>
/// <remarks>
/// Held by the name of an abstract socket, which the kernel gives free when its owner dies. The range is one that Debian
/// gives to nobody: below systemd's dynamic users (61184), above those of systemd-homed (60513).
/// </remarks>
internal sealed class SpareUser : IDisposable
{
    private const int First = 61000;
    private const int Count = 184;
    private readonly Socket lease;

    private SpareUser(int id, Socket lease) => (Id, this.lease) = (id, lease);

    internal int Id { get; }

    /// <summary>For setpriv: becomes this user for good.</summary>
    internal IEnumerable<string> Words =>
        ["--reuid", Id.ToString(CultureInfo.InvariantCulture), "--regid", Id.ToString(CultureInfo.InvariantCulture), "--clear-groups"];

    /// <summary>Whether we may take another uid at all.</summary>
    internal static bool Possible => SpawnNative.EffectiveUser() == 0;

    /// <exception cref="SandboxFaultException">All are in use.</exception>
    internal static SpareUser Take()
    {
        for (var id = First; id < First + Count; id++)
        {
            var lease = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                lease.Bind(new UnixDomainSocketEndPoint($"\0agon-user-{id}"));
                return new SpareUser(id, lease);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                lease.Dispose();
            }
        }

        throw new SandboxFaultException($"all {Count} uids from {First} on are in use by other sandboxes on this machine");
    }

    public void Dispose() => lease.Dispose();
}
