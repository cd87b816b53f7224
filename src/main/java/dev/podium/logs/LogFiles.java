package dev.podium.logs;

import dev.podium.logs.GroupEvents.Arrival;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// All segments of all groups, and how much they may take: the oldest go first.
///
/// Only the writer's thread changes anything; others look up groups that are open.
final class LogFiles {
    private static final Logger LOG = System.getLogger("logs");

    private final LogsSettings settings;
    private final Map<String, OpenGroup> open = new ConcurrentHashMap<>();
    private final Map<Path, Kept> kept = new HashMap<>();
    private long total;

    LogFiles(LogsSettings settings) {
        this.settings = settings;
    }

    /// A segment on disk.
    ///
    /// @param newest when it was last written to, epoch milliseconds
    private record Kept(String group, Path file, long bytes, long newest) {}

    /// Learns what an earlier run has left, and deletes what belongs to no group.
    ///
    /// @param groups ids of the groups that there are
    void scan(Set<String> groups) {
        try {
            Files.createDirectories(settings.folder());
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(settings.folder(), Files::isDirectory)) {
                for (Path folder : folders) {
                    String id = folder.getFileName().toString();
                    if (groups.contains(id)) {
                        register(id, folder);
                    } else {
                        delete(folder);
                    }
                }
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the folder of logs can't be read: " + settings.folder(), e);
        }
    }

    private void register(String id, Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                note(new Kept(
                        id,
                        file,
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis()));
            }
        }
    }

    private void note(Kept item) {
        Kept before = kept.put(item.file(), item);
        total += item.bytes() - (before == null ? 0 : before.bytes());
    }

    private void forget(Path file) {
        Kept before = kept.remove(file);
        total -= before == null ? 0 : before.bytes();
    }

    /// A group that is open already.
    @Nullable
    OpenGroup opened(String id) {
        return open.get(id);
    }

    /// Opens a group.
    OpenGroup open(String id) throws IOException {
        OpenGroup known = open.get(id);
        if (known != null) {
            return known;
        }
        GroupEvents events = GroupEvents.open(settings.folder().resolve(id), settings.segmentBytes());
        return new OpenGroup(id, events);
    }

    /// From now on others find the group.
    void publish(OpenGroup group) {
        open.put(group.id(), group);
    }

    /// Appends events.
    ///
    void append(OpenGroup group, List<Arrival> arrivals, long now) throws IOException {
        for (Segment segment : group.events().append(arrivals)) {
            note(new Kept(group.id(), segment.file(), segment.length(), now));
        }
    }

    /// Deletes the oldest segments until the rest is within the limit.
    void makeRoom() {
        while (total > settings.maxBytes() && !kept.isEmpty()) {
            List<Kept> oldestFirst = new ArrayList<>(kept.values());
            oldestFirst.sort(Comparator.comparingLong(Kept::newest).thenComparing(Kept::file));
            for (Kept item : oldestFirst) {
                if (total <= settings.maxBytes()) {
                    break;
                }
                drop(item);
            }
        }
    }

    /// Deletes the segments of a group that hold nothing newer than a time.
    void expire(String id, long oldest) {
        for (Kept item : List.copyOf(kept.values())) {
            if (item.group().equals(id) && item.newest() < oldest) {
                drop(item);
            }
        }
    }

    private void drop(Kept item) {
        forget(item.file());
        try {
            OpenGroup group = open.get(item.group());
            Segment segment = group == null ? null : find(group, item.file());
            if (group != null && segment != null) {
                group.events().drop(segment);
            } else {
                Files.deleteIfExists(item.file());
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an old segment of the logs can't be deleted: {0}", e.getMessage());
        }
    }

    private static @Nullable Segment find(OpenGroup group, Path file) {
        for (Segment segment : group.events().segments()) {
            if (segment.file().equals(file)) {
                return segment;
            }
        }
        return null;
    }

    /// Deletes all that a group has.
    void delete(String id) {
        open.remove(id);
        for (Kept item : List.copyOf(kept.values())) {
            if (item.group().equals(id)) {
                forget(item.file());
            }
        }
        delete(settings.folder().resolve(id));
    }

    private static void delete(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a folder of logs can't be deleted: {0}", e.getMessage());
        }
    }

    /// Deletes everything if it was meant for this run only.
    void close() {
        if (settings.temporary()) {
            scan(Set.of());
            delete(settings.folder());
        }
    }

    /// Bytes on disk.
    long bytes() {
        return total;
    }

    /// Groups that are open now.
    List<OpenGroup> opened() {
        return List.copyOf(open.values());
    }
}
