namespace Agon.Evaluation.Sandbox;

/// <summary>
/// Makes folders visible that the sandbox's own uid could not reach, such as an interpreter under /root: as root, in a
/// mount namespace made for this one sandbox, they are bound to a place that everybody may enter.
/// </summary>
internal static class FolderStage
{
    /// <summary>Covered by the stage. Nothing is ever bound from there, and every Linux has it.</summary>
    private const string Place = "/sys";

    private const string Script = $$"""
        set -e
        mount -t tmpfs -o size=64k,mode=755 stage {{Place}}
        mkdir {{Place}}/new
        n=0
        while [ "$1" != -- ]; do
            mkdir {{Place}}/$n
            mount --rbind "$1" {{Place}}/$n
            n=$((n + 1))
            shift
        done
        shift
        exec "$@"
        """;

    internal static IEnumerable<string> Command(SandboxSpec spec, SpareUser? user) =>
        user is null || !All(spec).Any()
            ? []
            : ["unshare", "--mount", "--", "/bin/sh", "-c", Script, "stage", .. All(spec).Select(mount => mount.Source), "--"];

    internal static BoxFolders Folders(SandboxSpec spec, SpareUser? user) =>
        new([.. All(spec).Select((mount, n) => (user is null ? mount.Source : $"{Place}/{n}", mount.Target))]);

    private static IEnumerable<SandboxMount> All(SandboxSpec spec) =>
        spec.ReadOnlyFolders.Select(folder => new SandboxMount(folder, folder)).Concat(spec.Mounts);
}
