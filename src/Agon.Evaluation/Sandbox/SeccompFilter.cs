using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Agon.Evaluation.Sandbox;

/// <summary>
/// The system-call filter, as the program of classic BPF that the kernel runs before each call (seccomp(2), struct
/// sock_filter). It refuses what has no use in a contest and much use for breaking out, and lets all else through.
/// </summary>
internal static class SeccompFilter
{
    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint Error = 0x00050000;
    private const uint NotPermitted = Error | 1;            // EPERM
    private const uint NotImplemented = Error | 38;         // ENOSYS
    private const uint NoSuchFamily = Error | 97;           // EAFNOSUPPORT

    // Offsets into struct seccomp_data; the lower halves of 64-bit arguments.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint FirstArgument = 16;
    private const uint SecondArgument = 24;

    private const uint X86With64Bits = 0xc000003e;
    private const uint FirstX32Call = 0x40000000;

    private const uint Socket = 41;
    private const uint Ioctl = 16;
    private const uint Clone = 56;
    private const uint Clone3 = 435;

    /// <summary>CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID and _NEWNET.</summary>
    private const uint NamespaceFlags = 0x7e020000;

    /// <summary>Refused whatever the arguments, by number on x86-64.</summary>
    private static readonly uint[] Refused =
    [
        101, 310, 311, 312, 438,                            // ptrace, process_vm_readv, _writev, kcmp, pidfd_getfd
        250, 248, 249,                                      // keyctl, add_key, request_key
        425, 426, 427,                                      // io_uring_setup, _enter, _register
        298, 321, 323, 300,                                 // perf_event_open, bpf, userfaultfd, fanotify_init
        272, 308, 165, 166, 155, 161,                       // unshare, setns, mount, umount2, pivot_root, chroot
        428, 429, 430, 431, 432, 433, 442,                  // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr
        303, 304,                                           // name_to_handle_at, open_by_handle_at
        179, 443, 163, 167, 168,                            // quotactl, quotactl_fd, acct, swapon, swapoff
        246, 320, 175, 313, 176, 169,                       // kexec_load, kexec_file_load, init_module, finit_module, delete_module, reboot
        172, 173, 103, 153,                                 // iopl, ioperm, syslog, vhangup
        164, 227, 159, 305, 170, 171,                       // settimeofday, clock_settime, adjtimex, clock_adjtime, sethostname, setdomainname
        135, 154, 134, 136, 139, 212,                       // personality, modify_ldt, uselib, ustat, sysfs, lookup_dcookie
        279, 256,                                           // move_pages, migrate_pages
    ];

    /// <summary>sched_setaffinity: refused where the program is held on chosen cores.</summary>
    private const uint SetAffinity = 203;

    /// <summary>Whether this machine has the call numbers that the filter knows.</summary>
    internal static bool FitsThisMachine => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64;

    /// <summary>The filter as an array of struct sock_filter.</summary>
    /// <param name="keepCores">Also refuse to change the set of cores.</param>
    internal static byte[] Compile(bool keepCores)
    {
        var program = new List<Instruction>
        {
            Load(Architecture), SkipIfEqual(X86With64Bits), Return(KillProcess),
            Load(Number), SkipIfBelow(FirstX32Call), Return(NotImplemented),
        };
        foreach (var call in Refused) program.AddRange([SkipUnlessEqual(call), Return(NotPermitted)]);
        if (keepCores) program.AddRange([SkipUnlessEqual(SetAffinity), Return(NotPermitted)]);
        // Its flags lie behind a pointer that a filter cannot follow; libc falls back to clone.
        program.AddRange([SkipUnlessEqual(Clone3), Return(NotImplemented)]);
        program.AddRange([SkipUnlessEqual(Clone, 4), Load(FirstArgument), SkipUnlessAnyBit(NamespaceFlags), Return(NotPermitted), Return(Allow)]);
        program.AddRange(
        [
            SkipUnlessEqual(Socket, 6), Load(FirstArgument),
            SkipIfEqual(1, 3), SkipIfEqual(2, 2), SkipIfEqual(10), Return(NoSuchFamily),   // AF_UNIX, AF_INET, AF_INET6
            Return(Allow),
        ]);
        program.AddRange(
        [
            SkipUnlessEqual(Ioctl, 5), Load(SecondArgument),
            SkipUnlessEqual(0x5412), Return(NotPermitted),                                 // TIOCSTI
            SkipUnlessEqual(0x541c), Return(NotPermitted),                                 // TIOCLINUX
        ]);
        program.Add(Return(Allow));
        return Bytes(program);
    }

    private static Instruction Load(uint offset) => new(0x20, 0, 0, offset);
    private static Instruction Return(uint verdict) => new(0x06, 0, 0, verdict);
    private static Instruction SkipIfEqual(uint value, byte count = 1) => new(0x15, count, 0, value);
    private static Instruction SkipUnlessEqual(uint value, byte count = 1) => new(0x15, 0, count, value);
    private static Instruction SkipIfBelow(uint value) => new(0x35, 0, 1, value);
    private static Instruction SkipUnlessAnyBit(uint bits) => new(0x45, 0, 1, bits);

    private static byte[] Bytes(List<Instruction> program)
    {
        var bytes = new byte[program.Count * 8];
        for (var n = 0; n < program.Count; n++)
        {
            var at = bytes.AsSpan(n * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, program[n].Code);
            (at[2], at[3]) = (program[n].IfTrue, program[n].IfFalse);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[n].Operand);
        }

        return bytes;
    }

    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);
}
