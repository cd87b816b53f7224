package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Body;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/// The body of a watch: one JSON object per line and event, until the time is over.
final class WatchStream implements Body.StreamWriter {
    private final PodTable table;
    private final Request request;
    private long version;
    private int eventsLeft;

    /// What was asked for.
    ///
    /// @param initial pods to report as ADDED first
    /// @param version the resource version to go on from
    /// @param cutAfter events after which the stream is cut, as a test wants it; -1: never
    /// @param silent says nothing at all, as a test wants it
    record Request(
            Predicate<StoredPod> selected,
            List<StoredPod> initial,
            long version,
            boolean bookmarks,
            Duration bookmarkInterval,
            Duration timeout,
            int cutAfter,
            boolean silent) {}

    WatchStream(PodTable table, Request request) {
        this.table = table;
        this.request = request;
        this.version = request.version();
        this.eventsLeft = request.cutAfter();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException, InterruptedException {
        long end = System.nanoTime() + request.timeout().toNanos();
        out.flush();
        for (StoredPod pod : request.initial()) {
            event(out, PodEvent.Type.ADDED, pod);
        }
        out.flush();
        cutIfDue(out);
        while (!table.closed()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            long pause = request.silent()
                    ? left
                    : Math.min(left, request.bookmarkInterval().toNanos());
            List<PodEvent> events;
            try {
                events = table.after(request.silent() ? Long.MAX_VALUE : version, Duration.ofNanos(pause));
            } catch (StatusException e) {
                line(out, "ERROR", Json.MAPPER.writeValueAsBytes(e.status()));
                return;
            }
            for (PodEvent e : events) {
                version = e.pod().version();
                if (request.selected().test(e.pod())) {
                    event(out, e.type(), e.pod());
                }
            }
            if (events.isEmpty() && request.bookmarks() && !request.silent()) {
                version = Math.max(version, bookmark(out));
            }
            out.flush();
            cutIfDue(out);
        }
        if (request.bookmarks() && !request.silent()) {
            bookmark(out);
        }
    }

    private void event(OutputStream out, PodEvent.Type type, StoredPod pod) throws IOException {
        cutIfDue(out);
        eventsLeft--;
        line(out, type.name(), pod.json());
    }

    /// As soon as the last event is out: the next one may never come.
    private void cutIfDue(OutputStream out) throws IOException {
        if (eventsLeft == 0) {
            out.flush();
            throw new IOException("watch cut by a fault switch");
        }
    }

    /// All events up to its version have been sent or don't concern this watch.
    private long bookmark(OutputStream out) throws IOException {
        ObjectNode object = Json.object().put("kind", "Pod").put("apiVersion", "v1");
        object.putObject("metadata")
                .put("resourceVersion", Long.toString(version))
                .putNull("creationTimestamp");
        object.putObject("spec").putNull("containers");
        object.putObject("status");
        line(out, "BOOKMARK", Json.MAPPER.writeValueAsBytes(object));
        return version;
    }

    private static void line(OutputStream out, String type, byte[] object) throws IOException {
        out.write(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII));
        out.write(object);
        out.write("}\n".getBytes(StandardCharsets.US_ASCII));
    }
}
