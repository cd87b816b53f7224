package dev.podium.kube.embedded.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Calls Linux and its C library: glibc 2.34 or later, kernel 5.3 or later, x86-64 or AArch64.
///
/// All functions are called by one shape, six integer registers: so integers and pointers are handed over on both,
/// unused registers do no harm, and each shape more costs the first call some ten milliseconds. What a function
/// returns is cut to an `int`; each returns -1, or an error's number, for a failure.
final class PosixCalls {
    private static final int ARGUMENTS = 6;
    private static final int SYS_PIDFD_OPEN = 434;
    private static final int SIGCHLD = 17;
    private static final int EPOLLIN = 1;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int O_CLOEXEC = 02000000;
    private static final int MESSAGE = 256;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final SymbolLookup library;
    private final MethodHandle function;
    /// Where the data of a `struct epoll_event` are: the kernel packs it on x86-64 only.
    private final int eventData;

    private PosixCalls(SymbolLookup library, MethodHandle function, int eventData) {
        this.library = library;
        this.function = function;
        this.eventData = eventData;
    }

    /// Nothing where the C library or the kernel lacks something, or the JVM may not call them.
    @SuppressWarnings("restricted") // allowed in the jar's manifest
    static @Nullable PosixCalls ofThisMachine() {
        int eventData = switch (System.getProperty("os.arch")) {
            case "amd64" -> 4;
            case "aarch64" -> 8;
            case null, default -> 0;
        };
        if (eventData == 0 || !"Linux".equals(System.getProperty("os.name"))) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        for (String name : List.of("posix_spawn_file_actions_addclosefrom_np", "__xpg_strerror_r")) {
            if (library.find(name).isEmpty()) {
                return null;
            }
        }
        MethodHandle function;
        try {
            function = linker.downcallHandle(
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, LONG, LONG, LONG, LONG, LONG, LONG));
        } catch (IllegalCallerException e) {
            // Whoever started the JVM denies it, by --illegal-native-access=deny or --enable-native-access for others.
            return null;
        }
        PosixCalls calls = new PosixCalls(library, function, eventData);
        int self = calls.openPid((int) ProcessHandle.current().pid());
        if (self < 0) {
            return null;
        }
        calls.close(self);
        // Ends would go unseen if whoever started this server ignored them.
        calls.call("signal", SIGCHLD, 0);
        return calls;
    }

    /// Calls a function of the C library.
    ///
    /// @param arguments integers and addresses, at most six; what they point at must live until it returns
    int call(String name, long... arguments) {
        long[] all = Arrays.copyOf(arguments, ARGUMENTS);
        MemorySegment address = library.find(name).orElseThrow();
        try {
            return (int) function.invokeExact(address, all[0], all[1], all[2], all[3], all[4], all[5]);
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
    }

    /// A string that ends with a zero, in UTF-8.
    ///
    /// @throws IllegalArgumentException when it has a zero of its own
    static long text(Arena arena, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero character can't be handed to a program");
        }
        return arena.allocateFrom(text).address();
    }

    /// An array of strings that ends with a null pointer.
    static long texts(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(LONG, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(LONG, i, text(arena, texts.get(i)));
        }
        return array.address();
    }

    /// What an error's number means.
    String message(int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(MESSAGE);
            call("__xpg_strerror_r", error, text.address(), MESSAGE);
            return text.getString(0);
        }
    }

    /// A descriptor that becomes readable when a process ends, or -1.
    int openPid(int pid) {
        return call("syscall", SYS_PIDFD_OPEN, pid, 0);
    }

    /// Waits for a process that has ended, or soon will.
    ///
    /// @return its exit code, 128 + signal when one ended it
    int reap(int pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            call("waitpid", pid, status.address(), 0);
            int value = status.get(ValueLayout.JAVA_INT, 0);
            int signal = value & 0x7f;
            return signal == 0 ? value >> 8 & 0xff : 128 + signal;
        }
    }

    void kill(int pid, int signal) {
        call("kill", pid, signal);
    }

    void close(int descriptor) {
        call("close", descriptor);
    }

    /// A pipe's ends for reading and for writing; empty when this process has no descriptors left. No child has them.
    int[] pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            return call("pipe2", ends.address(), O_CLOEXEC) == 0 ? ends.toArray(ValueLayout.JAVA_INT) : new int[0];
        }
    }

    /// A new epoll descriptor, or -1.
    int poll() {
        return call("epoll_create1", O_CLOEXEC);
    }

    /// Lets those who wait at an epoll descriptor hear of another descriptor.
    boolean watch(int poll, int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(eventData + LONG.byteSize(), LONG.byteAlignment());
            event.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
            event.set(ValueLayout.JAVA_INT, eventData, descriptor);
            return call("epoll_ctl", poll, EPOLL_CTL_ADD, descriptor, event.address()) == 0;
        }
    }

    /// Ends [#watch]. Closing the descriptor does not, while a child that is beginning has it too.
    void unwatch(int poll, int descriptor) {
        call("epoll_ctl", poll, EPOLL_CTL_DEL, descriptor, 0);
    }

    /// Waits until one of the descriptors that are watched is readable.
    ///
    /// @return it, or -1 when a signal came
    int await(int poll) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(eventData + LONG.byteSize(), LONG.byteAlignment());
            return call("epoll_wait", poll, event.address(), 1, -1) == 1
                    ? event.get(ValueLayout.JAVA_INT, eventData)
                    : -1;
        }
    }
}
