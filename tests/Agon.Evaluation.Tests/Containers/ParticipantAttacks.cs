using Agon.Evaluation.Containers;

namespace Agon.Evaluation.Tests.Containers;

/// <summary>
/// What a participant could try (threats 4.6), as shell scripts for folder and image alike. An attack prints "held" if it
/// came to nothing and names the hole otherwise.
/// </summary>
internal static class ParticipantAttacks
{
    internal static ContainerLimits Limits { get; } = new() { OutputBytes = 8 << 20, ScratchBytes = 8 << 20, OutputEntries = 50, MemoryBytes = 512 << 20 };

    internal static IReadOnlyDictionary<string, string> Scripts { get; } = new Dictionary<string, string>
    {
        ["T116 writing outside the output folder"] = """
            for place in / /usr /etc /data /app $INPUT_PATH /var /home /root; do
                touch $place/agon-was-here 2>/dev/null && { echo "HOLE $place"; exit; }
            done
            echo held
            """,
        ["T116 an output beyond its size"] = """
            dd if=/dev/zero of=$OUTPUT_PATH/big bs=1M count=20 2>/dev/null && { echo HOLE; exit; }
            rm $OUTPUT_PATH/big; echo held
            """,
        ["T117 changing the input"] = """
            for file in $INPUT_PATH/*; do
                { echo x >>$file; } 2>/dev/null && { echo "HOLE $file"; exit; }
                { rm -f $file || chmod 777 $file; } 2>/dev/null && { echo "HOLE $file"; exit; }
            done
            echo held
            """,
        ["T117 finding others' output"] = """
            [ "$(ls -A $OUTPUT_PATH /tmp)" = "$OUTPUT_PATH:

            /tmp:" ] || { echo HOLE; exit; }
            echo held
            """,
        ["T123 ground truth within reach"] = """
            found=$(find / -xdev \( -name 'ground_truth*' -o -name META.json \) 2>/dev/null; find /data -name 'ground_truth*' 2>/dev/null)
            [ -z "$found" ] || { echo "HOLE $found"; exit; }
            env | grep -qi truth && { echo HOLE; exit; }
            echo held
            """,
        ["T129 a way out by the network"] = """
            [ "$(grep -c : /proc/net/dev)" -le 1 ] || { echo HOLE; exit; }
            python3 - <<'EOF' || exit
            import socket, sys
            try:
                socket.create_connection(("1.1.1.1", 53), 2)
            except OSError:
                sys.exit(0)
            print("HOLE")
            sys.exit(1)
            EOF
            echo held
            """,
        ["T65 rights"] = """
            grep -q '^CapEff:.*[1-9a-f]' /proc/self/status && { echo HOLE rights; exit; }
            grep -q '^NoNewPrivs:.1' /proc/self/status || { echo HOLE new privileges; exit; }
            [ -e /var/run/docker.sock ] && { echo HOLE socket; exit; }
            echo held
            """,
    };

    /// <summary>Outputs of a run that ends with code 0, and what the refusal says.</summary>
    internal static IReadOnlyDictionary<string, (string Script, string Error)> Outputs { get; } = new Dictionary<string, (string, string)>
    {
        ["a symbolic link"] = ("ln -s /etc/passwd $OUTPUT_PATH/patterns.jsonl", "a symbolic link"),
        ["the folder turned into links"] = ("mkdir $OUTPUT_PATH/d; echo x >$OUTPUT_PATH/d/x; ln -s d $OUTPUT_PATH/e", "a symbolic link"),
        ["a hard link"] = ("echo x >$OUTPUT_PATH/a; ln $OUTPUT_PATH/a $OUTPUT_PATH/b", "a hard link"),
        ["a pipe"] = ("mkfifo $OUTPUT_PATH/patterns.jsonl", "a pipe"),
        ["too many files"] = ("for i in $(seq 60); do : >$OUTPUT_PATH/$i; done", "more than 50 files"),
        ["names that differ in case"] = (": >$OUTPUT_PATH/a; : >$OUTPUT_PATH/A", "twice"),
        ["a name with a line feed"] = (": >\"$OUTPUT_PATH/a\nb\"", "name is refused"),
        ["a name with a backslash"] = (": >\"$OUTPUT_PATH/a\\\\b\"", "name is refused"),
        ["a file of holes"] = ("for i in 1 2 3 4 5 6; do truncate -s 8M $OUTPUT_PATH/$i; done", "larger than"),
    };
}
