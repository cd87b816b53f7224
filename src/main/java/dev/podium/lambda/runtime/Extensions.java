package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The extensions of one environment, and the events that wait for them.
final class Extensions {
    private static final System.Logger LOG = System.getLogger(Extensions.class.getName());
    private static final int MAX_EXTENSIONS = 10;
    private static final int MAX_QUEUED = 64;
    private static final Duration INIT_LIMIT = Duration.ofSeconds(10);
    private static final long SHUTDOWN_MILLIS = 2_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Extension> extensions = new LinkedHashMap<>(); // by id, under the lock
    private final List<Waiting> waiting = new ArrayList<>(0); // under the lock
    private volatile Map<String, String> environment = Map.of();
    private volatile boolean any;

    /// One extension.
    private static final class Extension {
        private final String name;
        private final Set<String> events;
        private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
        private @Nullable WireExchange parked;

        Extension(String name, Set<String> events) {
            this.name = name;
            this.events = events;
        }
    }

    /// A start script that waits for its extensions.
    private record Waiting(int count, WireExchange exchange) {}

    /// An event on its way out.
    @SuppressWarnings("ArrayRecordComponent")
    private record Delivery(WireExchange exchange, byte[] event) {
        void send() {
            try {
                WireHeaders headers = WireHeaders.of(
                        "Content-Type",
                        "application/json",
                        "Lambda-Extension-Event-Identifier",
                        UUID.randomUUID().toString());
                RuntimeAnswers.json(exchange, 200, headers, event);
            } catch (IOException | IllegalStateException e) {
                LOG.log(Level.DEBUG, "extension is gone");
            }
        }
    }

    /// Takes what the extensions are told about their function from its environment.
    void describe(Map<String, String> variables) {
        environment = variables;
    }

    /// Registers an extension; its identifier goes into the answer's headers.
    void register(WireExchange x, String name, Set<String> events) throws IOException {
        String id = UUID.randomUUID().toString();
        String refused = null;
        List<WireExchange> satisfied = new ArrayList<>();
        lock.lock();
        try {
            if (extensions.values().stream().anyMatch(known -> known.name.equals(name))) {
                refused = "Extension.AlreadyRegistered";
            } else if (extensions.size() == MAX_EXTENSIONS) {
                refused = "Extension.TooManyExtensions";
            } else {
                extensions.put(id, new Extension(name, events));
                any = true;
                waiting.removeIf(script -> script.count() <= extensions.size() && satisfied.add(script.exchange()));
            }
        } finally {
            lock.unlock();
        }
        if (refused != null) {
            RuntimeAnswers.error(x, 403, refused, "Extension " + name + " can't be registered");
            return;
        }
        ObjectNode about = Json.object()
                .put("functionName", environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", ""))
                .put("functionVersion", environment.getOrDefault("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"))
                .put("handler", environment.getOrDefault("_HANDLER", ""));
        WireHeaders headers = WireHeaders.of("Content-Type", "application/json", "Lambda-Extension-Identifier", id);
        RuntimeAnswers.json(x, 200, headers, about.toString().getBytes(UTF_8));
        for (WireExchange script : satisfied) {
            RuntimeAnswers.accepted(script);
        }
    }

    /// Answers once so many extensions have registered, or after AWS's ten seconds for an initialisation.
    void await(int count, WireExchange x) throws IOException {
        Waiting script = new Waiting(count, x);
        lock.lock();
        try {
            if (extensions.size() < count) {
                waiting.add(script);
                Thread.ofVirtual().name("podium-extensions-wait").start(() -> giveUp(script));
                return;
            }
        } finally {
            lock.unlock();
        }
        RuntimeAnswers.accepted(x);
    }

    private void giveUp(Waiting script) {
        try {
            Thread.sleep(INIT_LIMIT);
            boolean stillWaiting;
            lock.lock();
            try {
                stillWaiting = waiting.remove(script);
            } finally {
                lock.unlock();
            }
            if (stillWaiting) {
                LOG.log(Level.WARNING, "extensions missing expected={0}", script.count());
                RuntimeAnswers.accepted(script.exchange());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "pod is gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The name of an extension.
    Optional<String> name(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(extensions.get(id)).map(extension -> extension.name);
        } finally {
            lock.unlock();
        }
    }

    /// `GET …/event/next`: an event that waits, or the next one.
    void next(String id, WireExchange x) {
        WireExchange replaced = null;
        Delivery delivery = null;
        lock.lock();
        try {
            Extension extension = extensions.get(id);
            if (extension != null) {
                byte[] event = extension.queue.poll();
                if (event != null) {
                    delivery = new Delivery(x, event);
                } else {
                    replaced = extension.parked;
                    extension.parked = x;
                }
            }
        } finally {
            lock.unlock();
        }
        if (replaced != null) {
            replaced.abort();
        }
        if (delivery != null) {
            delivery.send();
        }
    }

    /// Tells the extensions of an invocation.
    void invoked(Event event) {
        if (!any) {
            return;
        }
        ObjectNode json = Json.object()
                .put("eventType", "INVOKE")
                .put("deadlineMs", event.deadlineEpochMillis())
                .put("requestId", event.requestId())
                .put("invokedFunctionArn", event.invokedFunctionArn());
        if (event.traceId() != null) {
            json.putObject("tracing").put("type", "X-Amzn-Trace-Id").put("value", event.traceId());
        }
        publish("INVOKE", json.toString().getBytes(UTF_8));
    }

    /// Tells the extensions that the environment ends.
    ///
    /// @param reason `spindown`, `timeout` or `failure`
    void shutdown(String reason) {
        if (any) {
            ObjectNode json = Json.object()
                    .put("eventType", "SHUTDOWN")
                    .put("shutdownReason", reason)
                    .put("deadlineMs", System.currentTimeMillis() + SHUTDOWN_MILLIS);
            publish("SHUTDOWN", json.toString().getBytes(UTF_8));
        }
    }

    private void publish(String type, byte[] event) {
        List<Delivery> deliveries = new ArrayList<>();
        lock.lock();
        try {
            extensions.values().forEach(extension -> {
                if (!extension.events.contains(type)) {
                    return;
                }
                WireExchange parked = extension.parked;
                extension.parked = null;
                if (parked != null && !parked.isDisconnected()) {
                    deliveries.add(new Delivery(parked, event));
                } else if (extension.queue.size() < MAX_QUEUED) {
                    extension.queue.add(event);
                }
            });
        } finally {
            lock.unlock();
        }
        deliveries.forEach(Delivery::send);
    }
}
