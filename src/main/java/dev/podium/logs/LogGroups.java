package dev.podium.logs;

import dev.podium.aws.Scope;
import dev.podium.logs.GroupEvents.Arrival;
import dev.podium.logs.LogsError.InvalidParameter;
import dev.podium.logs.LogsError.ResourceAlreadyExists;
import dev.podium.logs.LogsError.ResourceNotFound;
import dev.podium.logs.Segment.Facts;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// All log groups with their streams and events.
///
/// [#write] takes lines from anywhere in the server without waiting; everything else is for the operations.
public final class LogGroups implements AutoCloseable {
    private static final Logger LOG = System.getLogger("logs");
    private static final int PAGE = 1000;
    /// A stream that functions wrote to may go this long after its last event, when that is gone.
    private static final long STREAM_REST_MILLIS = 3_600_000;

    private final Table<LogGroup> groups;
    private final Table<LogStream> streams;
    private final Clock clock;
    private final LogFiles files;
    private final LogWriter writer;
    private final LiveTails tails = new LiveTails();

    /// Makes the collection; nothing is read before [#start].
    public LogGroups(Store store, LogsSettings settings, Clock clock) {
        this.groups = store.table("logs.groups", LogGroup.class);
        this.streams = store.table("logs.streams", LogStream.class);
        this.clock = clock;
        this.files = new LogFiles(settings);
        this.writer = new LogWriter(this::writeNow, this::retain, settings.retentionCheck());
    }

    /// Starts the writer.
    public void start() {
        writer.start();
    }

    /// Writes events; group and stream are made when they aren't there. Never waits: events that come too fast are
    /// dropped and counted.
    public void write(LogTarget target, List<LogEvent> events) {
        writer.offer(target, events);
    }

    /// How many events were dropped since the start because they came too fast.
    public long dropped() {
        return writer.dropped();
    }

    /// Forgets everything, files included.
    public void clear() throws InterruptedException {
        writer.ask(() -> {
            for (Entry<LogGroup> entry : all(groups, "")) {
                groups.remove(entry.key());
                files.delete(entry.value().id());
            }
            all(streams, "").forEach(entry -> streams.remove(entry.key()));
            files.scan(Set.of());
            return true;
        });
    }

    LiveTails tails() {
        return tails;
    }

    long now() {
        return clock.millis();
    }

    private static String key(Scope scope, String name) {
        return scope.account() + "/" + scope.region() + "/" + name;
    }

    private static String streamKey(String groupId, String name) {
        return groupId + "/" + name;
    }

    private static <T> List<Entry<T>> all(Table<T> table, String prefix) {
        List<Entry<T>> all = new ArrayList<>();
        String after = null;
        while (true) {
            List<Entry<T>> page = table.page(prefix, after, PAGE);
            all.addAll(page);
            if (page.size() < PAGE) {
                return all;
            }
            after = page.getLast().key();
        }
    }

    /// Tells whether there is such a log group.
    public boolean exists(Scope scope, String name) {
        return find(scope, name).isPresent();
    }

    Optional<LogGroup> find(Scope scope, String name) {
        return groups.get(key(scope, name));
    }

    /// A group, or AWS's error.
    LogGroup get(Scope scope, String name) {
        return find(scope, name).orElseThrow(() -> ResourceNotFound.group().thrown());
    }

    void create(LogGroup wanted) {
        groups.compute(key(wanted.scope(), wanted.name()), before -> {
            if (before != null) {
                throw ResourceAlreadyExists.group().thrown();
            }
            return wanted;
        });
    }

    /// A group as it begins.
    LogGroup fresh(Scope scope, String name) {
        String id = UUID.randomUUID().toString().replace("-", "");
        return new LogGroup(scope, name, id, clock.millis(), null, null, "STANDARD", false, Map.of());
    }

    void change(Scope scope, String name, UnaryOperator<LogGroup> change) {
        groups.compute(key(scope, name), before -> {
            if (before == null) {
                throw ResourceNotFound.group().thrown();
            }
            return change.apply(before);
        });
    }

    void delete(Scope scope, String name) throws InterruptedException {
        LogGroup group = get(scope, name);
        if (group.deletionProtection()) {
            throw new LogsError.Validation(
                            "Log group " + name + " cannot be deleted because deletion protection is enabled.")
                    .thrown();
        }
        groups.remove(key(scope, name));
        writer.ask(() -> {
            files.delete(group.id());
            all(streams, group.id() + "/").forEach(entry -> streams.remove(entry.key()));
            return true;
        });
    }

    /// Groups in the order of their names.
    List<LogGroup> page(Scope scope, String prefix, String after, int limit) {
        return groups.page(key(scope, prefix), after.isEmpty() ? null : key(scope, after), limit).stream()
                .map(Entry::value)
                .toList();
    }

    /// The group's streams and events.
    OpenGroup open(LogGroup group) throws InterruptedException {
        OpenGroup known = files.opened(group.id());
        return known != null ? known : writer.ask(() -> openNow(group));
    }

    private OpenGroup openNow(LogGroup group) throws IOException {
        OpenGroup known = files.opened(group.id());
        if (known != null) {
            return known;
        }
        OpenGroup opened = files.open(group.id());
        all(streams, group.id() + "/").forEach(entry -> opened.add(entry.value()));
        files.publish(opened);
        return opened;
    }

    void createStream(LogGroup group, String name) throws InterruptedException {
        writer.ask(() -> {
            OpenGroup opened = openNow(group);
            if (opened.stream(name).isPresent()) {
                throw ResourceAlreadyExists.stream().thrown();
            }
            return stream(opened, name, false);
        });
    }

    private LogStream stream(OpenGroup group, String name, boolean onDemand) {
        LogStream known = group.stream(name).orElse(null);
        if (known != null) {
            return known;
        }
        LogStream made = new LogStream(name, group.nextNumber(), clock.millis(), onDemand);
        streams.put(streamKey(group.id(), name), made);
        group.add(made);
        return made;
    }

    void deleteStream(LogGroup group, String name) throws InterruptedException {
        writer.ask(() -> {
            OpenGroup opened = openNow(group);
            LogStream stream = opened.stream(name)
                    .orElseThrow(() -> ResourceNotFound.stream().thrown());
            streams.remove(streamKey(group.id(), name));
            opened.remove(stream);
            return true;
        });
    }

    /// Writes a client's events; they can be read when this returns.
    void put(LogGroup group, String streamName, List<LogEvent> events) throws InterruptedException {
        writer.ask(() -> {
            OpenGroup opened = openNow(group);
            LogStream stream = opened.stream(streamName)
                    .orElseThrow(() -> ResourceNotFound.stream().thrown());
            long now = clock.millis();
            append(
                    group,
                    opened,
                    events.stream()
                            .map(e -> Arrival.of(stream.number(), e, now))
                            .toList(),
                    now);
            tails.written(group, streamName, events, now);
            return true;
        });
    }

    private void append(LogGroup group, OpenGroup opened, List<Arrival> arrivals, long now) {
        try {
            files.append(opened, arrivals, now);
            files.makeRoom();
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "log events lost because they can't be written group={0} count={1}: {2}",
                    group.name(),
                    arrivals.size(),
                    e.getMessage());
            throw new LogsError.ServiceUnavailable("The events can't be written: " + e.getMessage()).thrown();
        }
    }

    /// Writes what functions said: one write per group.
    private void writeNow(List<LogWriter.Batch> batches) {
        Map<LogGroup, List<LogWriter.Batch>> byGroup = new LinkedHashMap<>();
        for (LogWriter.Batch batch : batches) {
            LogTarget target = batch.target();
            byGroup.computeIfAbsent(onDemand(target), g -> new ArrayList<>()).add(batch);
        }
        long now = clock.millis();
        byGroup.forEach((group, some) -> {
            try {
                OpenGroup opened = openNow(group);
                List<Arrival> arrivals = new ArrayList<>();
                for (LogWriter.Batch batch : some) {
                    int number = stream(opened, batch.target().stream(), true).number();
                    batch.events().forEach(event -> arrivals.add(Arrival.of(number, event, now)));
                }
                append(group, opened, arrivals, now);
                some.forEach(batch -> tails.written(group, batch.target().stream(), batch.events(), now));
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "log events lost group=" + group.name(), e);
            }
        });
    }

    private LogGroup onDemand(LogTarget target) {
        LogGroup known = find(target.scope(), target.group()).orElse(null);
        if (known != null) {
            return known;
        }
        LogGroup fresh = fresh(target.scope(), target.group());
        LogGroup made = groups.compute(key(target.scope(), target.group()), before -> before == null ? fresh : before);
        return made == null ? fresh : made;
    }

    private boolean scanned;

    /// Applies retention policies; the first time also learns what is on disk. On the writer's thread.
    private void retain() {
        List<Entry<LogGroup>> all = all(groups, "");
        if (!scanned) {
            files.scan(all.stream().map(entry -> entry.value().id()).collect(Collectors.toSet()));
            scanned = true;
        }
        for (Entry<LogGroup> entry : all) {
            if (entry.value().retentionInDays() != null) {
                files.expire(entry.value().id(), entry.value().oldest(clock.millis()));
            }
        }
        files.makeRoom();
        files.opened().forEach(this::dropEmptyStreams);
    }

    /// Streams that functions made go with their last events, or there would be ever more of them.
    private void dropEmptyStreams(OpenGroup group) {
        Map<Integer, Facts> facts = group.events().facts();
        long before = clock.millis() - STREAM_REST_MILLIS;
        for (LogStream stream : List.copyOf(group.streams())) {
            if (stream.onDemand() && stream.creationTime() < before && !facts.containsKey(stream.number())) {
                streams.remove(streamKey(group.id(), stream.name()));
                group.remove(stream);
            }
        }
    }

    /// Applies a changed policy now.
    void retainSoon() throws InterruptedException {
        writer.ask(() -> {
            retain();
            return true;
        });
    }

    /// Looks for a group by its name or ARN.
    LogGroup byIdentifier(Scope scope, String identifier) {
        if (!identifier.startsWith("arn:")) {
            return get(scope, identifier);
        }
        String[] parts = identifier.split(":", 7);
        if (parts.length < 7 || !parts[2].equals("logs") || !parts[5].equals("log-group")) {
            throw new InvalidParameter("The ARN is not one of a log group: " + identifier).thrown();
        }
        String name = parts[6].endsWith(":*") ? parts[6].substring(0, parts[6].length() - 2) : parts[6];
        return get(new Scope(parts[4], parts[3]), name);
    }

    @Override
    public void close() {
        tails.close();
        writer.close();
        files.close();
    }
}
