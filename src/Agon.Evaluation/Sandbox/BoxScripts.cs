namespace Agon.Evaluation.Sandbox;

/// <summary>
/// The shell between us and the program, outermost first: each does its part and becomes, or starts, the rest of its
/// arguments. Plain POSIX shell and util-linux, so that no native helper has to be built for each machine.
/// </summary>
internal static class BoxScripts
{
    /// <summary>Outside, with our rights: joins the control groups named before <c>--</c> and offers itself to the kernel's memory killer.</summary>
    internal const string Outer = """
        cd /
        echo 1000 >/proc/self/oom_score_adj
        while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done
        shift
        exec "$@"
        """;

    /// <summary>
    /// The first process inside, the only one there that the program cannot touch. Tells on descriptor 3 how the program
    /// ended: the shell's own remark if it was a signal ("Killed"), then the exit code. The program's errors go to 4;
    /// 5 is the filter where bubblewrap had no use for it.
    /// </summary>
    /// <remarks>The kernel keeps from it every signal that it has no handler for; shells have one for SIGINT, which ends them.</remarks>
    internal static string First(SandboxOutput? output) => $$"""
        trap : INT
        exec 2>&3
        (exec "$@" 2>&4 3>&- 4>&- 5>&-)
        {{(output is null ? "echo $? >&3" : Export)}}
        exit 0
        """;

    /// <summary>
    /// Ends all other processes of its namespace, then tells how the program ended; sends the folder it is asked for at 0
    /// over 3 as an archive, and behind it how that went.
    /// </summary>
    private const string Export = """
        agon_code=$?
        [ $$ != 1 ] || kill -9 -1 2>/dev/null
        echo $agon_code >&3
        IFS= read -r agon_folder || exit 0
        tar --create --file=- --format=gnu --directory="$agon_folder" . 2>/dev/null >&3
        echo "archived $?" >&3
        """;

    /// <summary>What stands behind an archive that holds all there was.</summary>
    internal const string Archived = "archived 0\n";

    /// <summary>
    /// Last before the program: says that the sandbox stands, takes the environment and the go signal from the socket at
    /// 0, and leaves that socket to the program as its verdict channel at 3, or closes it.
    /// </summary>
    /// <remarks>Without a go the program never runs: the sandbox may have been cut loose while it was being built.</remarks>
    internal static string Inner(bool verdictChannel) => $$"""
        [ -x "$1" ] || { echo "the sandbox has no program $1" >&2; exit 125; }
        unset PWD OLDPWD
        echo {{Ready}} >&0
        while IFS= read -r agon_line && [ "$agon_line" != {{Go}} ]; do export "$agon_line"; done
        [ "$agon_line" = {{Go}} ] || exit 125
        exec {{(verdictChannel ? "3>&0 " : "")}}</dev/null
        exec "$@"
        """;

    internal const string Ready = "ready";
    internal const string Go = "go";
}
