using System.Globalization;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>The same walls with util-linux alone: no system-call filter, no network interface that is up, uid 0 inside without rights.</summary>
internal sealed class UnshareBox : IBoxBuilder
{
    private const long FileNodes = 100_000;

    public string Mechanism => "unshare";

    public Box Build(SandboxSpec spec, BoxFolders folders)
    {
        var files = BoxFile.Of(spec);
        var rootBytes = files.Sum(file => file.Content.Length + 4096L) + (1 << 20);
        return new Box
        {
            Enclosure =
            [
                "unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child", "--",
                "/bin/sh", "-c", Script, "build", Text(rootBytes), Text(FileNodes),
                .. BoxSizes.Writable(spec).SelectMany(place => new[] { place.Folder, Text(place.Bytes) }), "--",
                .. spec.Devices, "--",
                .. folders.Staged.SelectMany(folder => new[] { folder.Source, folder.Target }), "--",
                .. files.SelectMany(file => new[] { file.Name, Text(file.Content.Length), file.Mode }), "--",
            ],
            Disarm = ["setpriv", "--ambient-caps=-all", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"],
            Descriptors = [Descriptors.MemoryFile([.. files.SelectMany(file => file.Content.ToArray())])],
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Runs as first process of the new namespaces. Arguments: size and nodes of the root; writable folders with their
    /// sizes; device nodes; read-only folders as source and target; files with their lengths and modes, their bytes one after the other on descriptor 5.
    /// </summary>
    private const string Script = """
        set -e
        new=/sys; [ -d /sys/new ] && new=/sys/new
        mount -t tmpfs -o "size=$1,nr_inodes=$2,mode=755" root $new
        nodes=$2; shift 2
        cd $new
        mkdir usr etc proc dev .old .files

        readonly_bind() { mount --rbind "$1" "$2"; mount -o remount,bind,ro,nosuid,nodev "$2"; }
        readonly_bind /usr usr
        for name in bin sbin lib lib32 libx32 lib64; do
            if [ -L /$name ]; then ln -s "$(readlink /$name)" $name
            elif [ -d /$name ]; then mkdir $name; readonly_bind /$name $name; fi
        done
        if [ -d /etc/alternatives ]; then mkdir etc/alternatives; readonly_bind /etc/alternatives etc/alternatives; fi
        if [ -f /etc/ld.so.cache ]; then touch etc/ld.so.cache; readonly_bind /etc/ld.so.cache etc/ld.so.cache; fi

        mount -t tmpfs -o size=64k,mode=755 dev dev
        for name in null zero full random urandom; do touch dev/$name; mount --bind /dev/$name dev/$name; done
        ln -s /proc/self/fd dev/fd
        ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
        mount -t proc -o nosuid,nodev,noexec proc proc
        mount --bind /dev/null proc/cmdline

        while [ "$1" != -- ]; do
            mkdir -p ".$1"
            mount -t tmpfs -o "size=$2,nr_inodes=$nodes,mode=1777,nosuid,nodev" scratch ".$1"
            shift 2
        done
        shift
        while [ "$1" != -- ]; do mkdir -p ".${1%/*}"; touch ".$1"; mount --bind "$1" ".$1"; shift; done
        shift
        while [ "$1" != -- ]; do mkdir -p ".$2"; readonly_bind "$1" ".$2"; shift 2; done
        shift
        while [ "$1" != -- ]; do
            head -c "$2" <&5 >".files/$1"
            chmod "$3" ".files/$1"
            touch "box/$1"
            readonly_bind ".files/$1" "box/$1"
            shift 3
        done
        shift
        exec 5<&-

        pivot_root . .old
        cd /
        umount -l .old
        rmdir .old
        mount -o remount,bind,ro /dev
        mount -o remount,bind,ro /
        echo 0 >/proc/sys/user/max_user_namespaces
        cd /box
        exec "$@"
        """;
}
