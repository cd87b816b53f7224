package dev.podium.kube;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The loop of a [PodWatch].
final class WatchLoop implements Runnable {
    private static final System.Logger LOG = System.getLogger(PodWatch.class.getName());
    private static final Duration LOG_EVERY = Duration.ofSeconds(30);
    private static final int SILENT_ROUNDS = 2;

    private final KubeClient client;
    private final String labelSelector;
    private final PodWatch.Events events;
    private final PodWatchSettings settings;
    private final Backoff backoff;
    private final KnownPods known = new KnownPods();

    private @Nullable String position; // the resourceVersion to watch from; null: list first
    private boolean afterSilence;
    private int missedInSilence;
    private @Nullable Long pollUntil;
    private @Nullable Long lastWarning;
    private volatile @Nullable Long lastContact;
    private volatile boolean closed;

    /// Starts nothing.
    WatchLoop(KubeClient client, String labelSelector, PodWatch.Events events, PodWatchSettings settings) {
        this.client = client;
        this.labelSelector = labelSelector;
        this.events = events;
        this.settings = settings;
        this.backoff = new Backoff(settings.backoffInitial(), settings.backoffMax());
    }

    /// Lets the loop end at its next step.
    void close() {
        closed = true;
    }

    /// Time since the server last said anything, null when it never did.
    @Nullable
    Duration sinceContact() {
        Long contact = lastContact;
        return contact == null ? null : Duration.ofNanos(System.nanoTime() - contact);
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                step();
            } catch (InterruptedException _) {
                // only close() ends the loop; a stray interrupt is used up
            } catch (KubeException e) {
                failed(e);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "pod watch failed, goes on", e);
                position = null;
                pauseAnyway();
            }
        }
    }

    private void step() throws KubeException, InterruptedException {
        if (pollUntil != null) {
            poll(pollUntil);
        } else if (position == null) {
            relist();
        } else {
            stream(position);
        }
    }

    private void relist() throws KubeException, InterruptedException {
        PodList list = client.pods(labelSelector, Duration.ZERO);
        contact();
        KnownPods.Difference difference = known.replace(list.pods());
        missedInSilence = afterSilence && !difference.isEmpty() ? missedInSilence + 1 : 0;
        afterSilence = false;
        position = list.resourceVersion();
        difference.vanished().forEach(pod -> tell(() -> events.deleted(pod)));
        tell(() -> events.listed(list.pods()));
        if (missedInSilence >= SILENT_ROUNDS) {
            startPolling("watch streams deliver no events");
        }
    }

    private void poll(long until) throws KubeException, InterruptedException {
        Thread.sleep(settings.pollInterval());
        PodList list = client.pods(labelSelector, Duration.ZERO);
        contact();
        KnownPods.Difference difference = known.replace(list.pods());
        position = list.resourceVersion();
        difference.vanished().forEach(pod -> tell(() -> events.deleted(pod)));
        difference.changed().forEach(pod -> tell(() -> events.changed(pod)));
        backoff.reset();
        if (System.nanoTime() - until > 0) {
            pollUntil = null;
        }
    }

    private void stream(String from) throws KubeException, InterruptedException {
        long opened = System.nanoTime();
        boolean useful = false;
        try (BodyStream stream = client.watch(labelSelector, from, settings.streamTime(), settings.silence())) {
            contact();
            for (byte[] line = next(stream); line != null && !closed; line = next(stream)) {
                contact();
                if (line.length > 0) {
                    event(line);
                    useful = true;
                    missedInSilence = 0;
                    backoff.reset();
                }
            }
            if (!useful && System.nanoTime() - opened < Duration.ofSeconds(1).toNanos()) {
                pause(); // a server that ends every stream at once
            }
        } catch (HttpTimeoutException _) {
            LOG.log(
                    Level.DEBUG,
                    "pod watch stream was silent seconds={0}",
                    settings.silence().toSeconds());
            afterSilence = true;
            position = null;
        } catch (JacksonException e) {
            warn("pod watch got an event that is no JSON: " + e.getOriginalMessage());
            position = null;
            pause();
        } catch (IOException e) {
            if (!closed) {
                LOG.log(Level.DEBUG, "pod watch stream was cut: {0}", Failures.inWords(e));
                pause();
            }
        }
    }

    private byte @Nullable [] next(BodyStream stream) throws IOException {
        return stream.nextLine(client.settings().maxResponseBytes());
    }

    private void event(byte[] line) throws IOException, KubeException {
        JsonNode event = Json.MAPPER.readTree(line);
        String type = event.path("type").asText("");
        if (!(event.get("object") instanceof ObjectNode object)) {
            throw new IOException("an event without an object");
        }
        if (type.equals("ERROR")) {
            int code = object.path("code").asInt(0);
            throw new KubeException(
                    code,
                    object.path("reason").asText("Unknown"),
                    "the watch of pods ended: " + object.path("message").asText("no message"),
                    null);
        }
        KubeClient.slim(object);
        switch (type) {
            case "ADDED", "MODIFIED" -> {
                known.put(object);
                tell(() -> events.changed(object));
            }
            case "DELETED" -> {
                known.remove(object);
                tell(() -> events.deleted(object));
            }
            default -> {
                // a bookmark: only its resourceVersion counts
            }
        }
        String version = object.path("metadata").path("resourceVersion").asText("");
        if (!version.isEmpty()) {
            position = version;
        }
    }

    private void failed(KubeException e) {
        if (e.status() == 410) {
            LOG.log(Level.DEBUG, "pod watch lists again: {0}", e.getMessage());
            position = null;
        } else if (position != null && pollUntil == null && (e.status() == 403 || e.status() == 405)) {
            startPolling(e.getMessage() + "; the Role lacks " + Permissions.rules(java.util.List.of("pods watch")));
            return;
        } else {
            warn(e.getMessage());
            if (!e.transientFault()) {
                position = null;
            }
        }
        pauseAnyway();
    }

    private void startPolling(String why) {
        LOG.log(
                Level.WARNING,
                "pod watch polls every {0} ms instead of watching: {1}",
                settings.pollInterval().toMillis(),
                why);
        missedInSilence = 0;
        pollUntil = System.nanoTime() + settings.pollFor().toNanos();
    }

    private void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "an event of the pod watch failed, the watch goes on", e);
        }
    }

    private void contact() {
        lastContact = System.nanoTime();
    }

    private void pause() throws InterruptedException {
        Thread.sleep(backoff.next());
    }

    private void pauseAnyway() {
        try {
            pause();
        } catch (InterruptedException _) {
            // the loop looks whether it was closed
        }
    }

    private void warn(String message) {
        long now = System.nanoTime();
        if (lastWarning == null || now - lastWarning > LOG_EVERY.toNanos()) {
            lastWarning = now;
            LOG.log(Level.WARNING, "pod watch: {0}", message);
        }
    }
}
