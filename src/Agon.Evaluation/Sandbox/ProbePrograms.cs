namespace Agon.Evaluation.Sandbox;

/// <summary>The small programs that look for holes from inside. Each prints what it found, one <c>name=value</c> a line.</summary>
/// <remarks>Shell where shell can tell; a forbidden call can only be tried from Python, which every contest machine has.</remarks>
internal static class ProbePrograms
{
    internal const long ScratchBytes = 1 << 20;
    internal const int Processes = 24;
    internal const long MemoryBytes = 32 << 20;

    /// <summary>Looks at itself and around, then tries to write where it may and where it may not.</summary>
    internal const string LookAround = """
        for kind in pid net ipc mnt user; do echo "$kind=$(readlink /proc/self/ns/$kind)"; done
        n=0; for each in /proc/[0-9]*; do n=$((n + 1)); done; echo "processes=$n"
        echo "interfaces=$(sed -n 's/:.*//;3,$p' /proc/net/dev | tr -d ' ' | tr '\n' ' ')"
        while read -r key value rest; do case $key in Cap*|NoNewPrivs:|Seccomp:) echo "$key$value" | tr : = ;; esac; done </proc/self/status
        unshare --user true 2>/dev/null && echo newuser=yes || echo newuser=no
        for place in / /dev /usr /proc/sys/kernel/hostname; do
            if [ -d $place ]; then (: >$place/agon-probe) 2>/dev/null && echo "wrote=$place"
            else (echo probe >$place) 2>/dev/null && echo "wrote=$place"; fi
        done
        for place in /box /tmp /dev/shm; do
            head -c 600000 /dev/zero >$place/one 2>/dev/null && head -c 600000 /dev/zero >$place/two 2>/dev/null && echo "unlimited=$place"
        done
        echo looked=yes
        """;

    /// <summary>Starts more processes than it may. A shell that cannot fork ends, hence the one around it.</summary>
    internal const string ForkMany = """
        sh -c 'n=0; while [ $n -lt 60 ]; do sleep 5 & n=$((n + 1)); echo forked=$n; done' 2>/dev/null
        echo done=yes
        """;

    /// <summary>
    /// Two processes of 24 MB where 32 MB are allowed: tail keeps a line that never ends in memory, and the first one
    /// cannot get rid of it while the second one grows.
    /// </summary>
    internal const string EatMemory = """
        head -c 24000000 /dev/zero | tail -n 1 | { head -c 1 >/dev/null; head -c 24000000 /dev/zero | tail -n 1 >/dev/null; }
        echo ate=yes
        """;

    /// <summary>What the calls of <see cref="TryCalls"/> have to say behind a filter.</summary>
    internal static readonly (string Name, string Error)[] Refusals =
        [("keyctl", "EPERM"), ("unshare", "EPERM"), ("io_uring", "EPERM"), ("ptrace", "EPERM"), ("vsock", "EAFNOSUPPORT")];

    /// <summary>Tries calls that a filter has to refuse, and an address that must be out of reach.</summary>
    internal const string TryCalls = """
        import ctypes, errno, socket
        call = ctypes.CDLL(None, use_errno=True).syscall
        def attempt(name, *arguments):
            ctypes.set_errno(0)
            result = call(*arguments)
            print(name + "=" + (errno.errorcode.get(ctypes.get_errno(), "?") if result < 0 else "done"))
        attempt("keyctl", 250, 0, -3, 0)
        attempt("unshare", 272, 0x10000000)
        attempt("io_uring", 425, 1, 0)
        attempt("ptrace", 101, 16, 1, 0, 0)
        try:
            socket.socket(40, socket.SOCK_STREAM); print("vsock=done")
        except OSError as error:
            print("vsock=" + errno.errorcode[error.errno])
        try:
            outside = socket.socket(); outside.settimeout(0.1); outside.connect(("192.0.2.1", 80)); print("connect=done")
        except OSError as error:
            print("connect=" + errno.errorcode.get(error.errno, "timeout"))
        print("tried=yes")
        """;
}
