package dev.podium.kube.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The processes that belong to a container: descendants of its first process and members of its session.
///
/// On Linux read from `/proc`; elsewhere only descendants are known, from the JDK.
final class ProcessTree {
    private static final Path PROC = Path.of("/proc");
    /// Linux tells processes a hundred ticks a second, whatever it counts by itself.
    private static final long TICK_NANOS = 10_000_000;
    private static final boolean LINUX = Files.isReadable(PROC.resolve("self/stat"));

    private ProcessTree() {}

    /// One line of the process table.
    ///
    /// @param startTicks start in clock ticks since boot, which together with the pid identifies a process
    /// @param cpuTicks computed for by itself and its children that have ended
    private record Entry(long pid, long parent, long session, long startTicks, long cpuTicks, char state) {}

    /// What a process uses, in bytes.
    ///
    /// @param resident anonymous memory that is resident now
    /// @param peak the most that was ever resident, without what is mapped from files now
    record Memory(long resident, long peak) {
        static final Memory NONE = new Memory(0, 0);
    }

    /// Identifies a running process beyond its reusable pid: its start, or 0 when it is gone.
    static long startOf(long pid) {
        if (LINUX) {
            return stat(pid).map(Entry::startTicks).orElse(0L);
        }
        return ProcessHandle.of(pid)
                .flatMap(p -> p.info().startInstant())
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }

    /// All living processes of the container whose first process has or had this pid, without that one.
    static List<Long> members(long leader) {
        if (!LINUX) {
            return ProcessHandle.of(leader)
                    .map(p -> p.descendants().map(ProcessHandle::pid).toList())
                    .orElse(List.of());
        }
        List<Entry> all = table();
        Set<Long> found = new HashSet<>(Set.of(leader));
        int before;
        do {
            before = found.size();
            for (Entry e : all) {
                if (e.session() == leader || found.contains(e.parent())) {
                    found.add(e.pid());
                }
            }
        } while (found.size() > before);
        found.remove(leader);
        return List.copyOf(found);
    }

    /// The processes of all sessions by the session's leader; empty where that can't be read.
    static Map<Long, List<Long>> sessions() {
        Map<Long, List<Long>> all = new HashMap<>();
        if (LINUX) {
            for (Entry e : table()) {
                all.computeIfAbsent(e.session(), s -> new ArrayList<>(2)).add(e.pid());
            }
        }
        return all;
    }

    /// Kills everything that is left of a container, again until nothing is: a process may fork while it is
    /// being killed.
    static void killMembers(long leader) {
        for (int attempt = 0; attempt < 20; attempt++) {
            List<Long> left = members(leader);
            if (left.isEmpty()) {
                return;
            }
            left.forEach(ProcessTree::kill);
        }
    }

    /// Processes by the value of an environment variable that they were started with; empty where that can't be
    /// read.
    ///
    /// Finds those who have left their session and outlived their parents, too.
    static Map<String, List<Long>> marked(String variable) {
        Map<String, List<Long>> found = new HashMap<>();
        if (LINUX) {
            for (Entry e : table()) {
                String value = variable(e.pid(), variable);
                if (!value.isEmpty()) {
                    found.computeIfAbsent(value, v -> new ArrayList<>(2)).add(e.pid());
                }
            }
        }
        return found;
    }

    /// Kills all processes that were started with this value of an environment variable, until none is left.
    static void killMarked(String variable, String value) {
        for (int attempt = 0; attempt < 20; attempt++) {
            List<Long> left = marked(variable).getOrDefault(value, List.of());
            if (left.isEmpty()) {
                return;
            }
            left.forEach(ProcessTree::kill);
        }
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static String variable(long pid, String name) {
        try {
            String all = "\0" + Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
            int at = all.indexOf("\0" + name + "=");
            int begin = at + name.length() + 2;
            int end = at < 0 ? -1 : all.indexOf('\0', begin);
            return end < 0 ? "" : all.substring(begin, end);
        } catch (IOException e) {
            // It has ended meanwhile, or belongs to another user and so not to us.
            return "";
        }
    }

    /// What one process uses; nothing where that can't be read.
    static Memory memory(long pid) {
        long peak = 0;
        long anonymous = 0;
        long file = 0;
        try {
            for (String line : Files.readAllLines(PROC.resolve(pid + "/status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("VmHWM:")) {
                    peak = kilobytes(line);
                } else if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
                    anonymous += kilobytes(line);
                } else if (line.startsWith("RssFile:")) {
                    file = kilobytes(line);
                }
            }
        } catch (IOException e) {
            return Memory.NONE;
        }
        return new Memory(anonymous, Math.max(anonymous, peak - file));
    }

    /// What the processes of a container use, by those that lead their sessions; nothing where that can't be read,
    /// or there are none.
    static Optional<ContainerUsage> usage(List<Long> leaders) {
        if (!LINUX || leaders.isEmpty()) {
            return Optional.empty();
        }
        long ticks = 0;
        long resident = 0;
        long peak = 0;
        int processes = 0;
        for (long leader : leaders) {
            for (long pid :
                    Stream.concat(Stream.of(leader), members(leader).stream()).toList()) {
                Optional<Entry> entry = stat(pid);
                Memory memory = memory(pid);
                ticks += entry.map(Entry::cpuTicks).orElse(0L);
                processes += entry.isPresent() ? 1 : 0;
                resident += memory.resident();
                peak = Math.max(peak, memory.peak());
            }
        }
        return Optional.of(new ContainerUsage(
                ticks * TICK_NANOS, machineTicks() * TICK_NANOS, resident, Math.max(resident, peak), processes));
    }

    private static long machineTicks() {
        try (BufferedReader all = Files.newBufferedReader(PROC.resolve("stat"), StandardCharsets.ISO_8859_1)) {
            // user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in user already
            String[] fields = String.valueOf(all.readLine()).split(" +");
            return Arrays.stream(fields)
                    .skip(1)
                    .limit(8)
                    .mapToLong(Long::parseLong)
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static long kilobytes(String line) {
        long value = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                value = value * 10 + (c - '0');
            }
        }
        return value << 10;
    }

    private static List<Entry> table() {
        List<Entry> all = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders) {
                stat(Long.parseLong(folder.getFileName().toString()))
                        .filter(e -> e.state() != 'Z' && e.state() != 'X')
                        .ifPresent(all::add);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return all;
    }

    private static Optional<Entry> stat(long pid) {
        try {
            String text = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The command's name stands in parentheses and may itself hold spaces and parentheses.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", 21);
            return Optional.of(new Entry(
                    pid,
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[19]),
                    IntStream.rangeClosed(11, 14)
                            .mapToLong(i -> Long.parseLong(fields[i]))
                            .sum(),
                    fields[0].charAt(0)));
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
