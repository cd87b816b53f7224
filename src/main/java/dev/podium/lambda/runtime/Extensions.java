package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import dev.podium.lambda.runtime.Extension.State;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The extensions of one environment: who they are, the events that wait for them, and whether all are done.
///
/// An environment is initialised when its runtime and all extensions have asked for an event, and free again after
/// an invocation when all extensions that were told of it have asked for the next one. The lock is never held
/// across
/// I/O, and the session is only called without it.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html">Extensions API</a>
final class Extensions {
    private static final System.Logger LOG = System.getLogger("lambda.runtime");
    private static final int MAX_EXTENSIONS = 10;
    private static final int MAX_QUEUED = 64;
    /// AWS gives an initialisation ten seconds, and then does it again within the function's own time.
    private static final Duration INIT_LIMIT = Duration.ofSeconds(30);
    /// How long the end of the process of an extension that has reported its failure is waited for.
    private static final long END_OF_FAILED_MILLIS = 500;
    /// AWS's limit for the shutdown of external extensions.
    static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    private final RuntimeSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Map<String, Extension> byName = new LinkedHashMap<>(0); // under the lock
    private final Map<String, Extension> byId = new HashMap<>(0); // under the lock
    private final List<Waiting> waiting = new ArrayList<>(0); // under the lock
    private String run = ""; // under the lock
    private boolean runtimeReady; // under the lock
    private boolean initialised; // under the lock
    private boolean closing; // under the lock
    private boolean failed; // under the lock
    private long initDeadline; // under the lock
    private @Nullable Release release; // under the lock
    private volatile boolean any;

    Extensions(RuntimeSession session) {
        this.session = session;
    }

    /// A start script that waits for its extensions.
    private record Waiting(int count, WireExchange exchange) {}

    /// Someone who waits until the extensions are done with an invocation.
    private record Release(Runnable free, Runnable spent, long deadlineNanos) {}

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

    /// Tells whether there are extensions: without any, an invocation has nothing to do with this class.
    boolean any() {
        return any;
    }

    /// Takes in what the start script is about to start. Earlier ones are forgotten: their processes have ended.
    ///
    /// @param number counts the script's rounds, so that a late report of an earlier round is known
    void announce(String number, List<String> names) {
        List<WireExchange> old = new ArrayList<>();
        long deadline = System.nanoTime() + INIT_LIMIT.toNanos();
        lock.lock();
        try {
            for (Extension extension : byName.values()) {
                if (extension.parked != null) {
                    old.add(extension.parked);
                }
            }
            byName.clear();
            byId.clear();
            run = number;
            initialised = false;
            runtimeReady = false;
            initDeadline = deadline;
            for (String name : names) {
                byName.put(name, new Extension(name, true, State.STARTED));
            }
            any = !names.isEmpty();
        } finally {
            lock.unlock();
        }
        old.forEach(WireExchange::abort);
        session.alarmAt(deadline);
    }

    /// What [#register] gives: one of the two.
    record Registration(@Nullable String id, @Nullable ExtensionError error) {}

    /// Registers an extension.
    Registration register(String name, Set<String> events) {
        String id = UUID.randomUUID().toString();
        List<WireExchange> satisfied = new ArrayList<>();
        lock.lock();
        try {
            ExtensionError refused = refusal(name, events);
            if (refused != null) {
                return new Registration(null, refused);
            }
            Extension extension =
                    byName.computeIfAbsent(name, n -> new Extension(n, !startedByScript(), State.STARTED));
            extension.events = events;
            extension.state = State.REGISTERED;
            byId.put(id, extension);
            any = true;
            waiting.removeIf(script -> script.count() <= byId.size() && satisfied.add(script.exchange()));
        } finally {
            lock.unlock();
        }
        session.telemetry().extension(name, "Registered", events);
        for (WireExchange script : satisfied) {
            accept(script);
        }
        return new Registration(id, null);
    }

    private @Nullable ExtensionError refusal(String name, Set<String> events) {
        Extension known = byName.get(name);
        if (known != null && known.state != State.STARTED) {
            return ExtensionError.alreadyRegistered(name);
        }
        if (initialised || closing || (runtimeReady && known == null)) {
            return ExtensionError.registrationClosed();
        }
        if (byId.size() >= MAX_EXTENSIONS) {
            return ExtensionError.tooMany(MAX_EXTENSIONS);
        }
        return known == null && startedByScript() && events.contains("SHUTDOWN")
                ? ExtensionError.shutdownForInternal(name)
                : null;
    }

    /// Whether a start script runs in the pod: a function from an image has none, and starts its extensions
    /// itself.
    private boolean startedByScript() {
        return session.code().isAssigned();
    }

    /// Answers once so many extensions have registered. A script whose extensions don't is not answered: the
    /// initialisation fails for another reason then.
    void await(int count, WireExchange x) {
        lock.lock();
        try {
            if (byId.size() < count) {
                waiting.removeIf(script -> script.exchange().isDisconnected());
                waiting.add(new Waiting(count, x));
                return;
            }
        } finally {
            lock.unlock();
        }
        accept(x);
    }

    private static void accept(WireExchange script) {
        try {
            RuntimeAnswers.accepted(script);
        } catch (IOException | IllegalStateException e) {
            LOG.log(Level.DEBUG, "pod is gone");
        }
    }

    /// The name of a registered extension; null if there is no such identifier.
    @Nullable
    String name(String id) {
        lock.lock();
        try {
            Extension extension = byId.get(id);
            return extension == null ? null : extension.name;
        } finally {
            lock.unlock();
        }
    }

    /// The runtime has asked for its first event.
    ///
    /// @return whether the environment is initialised; else [RuntimeSession#extensionsReady] follows
    boolean runtimeReady() {
        lock.lock();
        try {
            runtimeReady = true;
            return completeInit();
        } finally {
            lock.unlock();
        }
    }

    private boolean completeInit() {
        if (initialised || !runtimeReady || !byName.values().stream().allMatch(Extension::isReady)) {
            return false;
        }
        initialised = true;
        return true;
    }

    /// Tells whether the initialisation is over: no more registrations, no more subscriptions.
    boolean isInitialised() {
        lock.lock();
        try {
            return initialised || closing;
        } finally {
            lock.unlock();
        }
    }

    /// `GET …/event/next`: an event that waits, or the next one.
    ///
    /// @return why it can't have one, or null
    @Nullable
    ExtensionError next(String id, WireExchange x) {
        WireExchange replaced = null;
        Delivery delivery = null;
        boolean first;
        boolean ready;
        Release freed;
        Extension extension;
        lock.lock();
        try {
            extension = byId.get(id);
            if (extension == null || extension.state == State.FAILED) {
                return ExtensionError.invalidTransition(extension == null ? id : extension.name, "Failed", "Ready");
            }
            first = extension.state == State.REGISTERED;
            extension.state = State.READY;
            byte[] event = extension.queue.poll();
            if (event != null) {
                delivery = new Delivery(x, event);
            } else {
                extension.busy = false;
                replaced = extension.parked;
                extension.parked = x;
            }
            ready = first && completeInit();
            freed = takeRelease();
            ended.signalAll(); // one that asks again after SHUTDOWN is done
        } finally {
            lock.unlock();
        }
        if (replaced != null) {
            replaced.abort();
        }
        if (delivery != null) {
            delivery.send();
        }
        if (first) {
            session.telemetry().extension(extension.name, "Ready", extension.events);
        }
        if (ready) {
            session.extensionsReady();
        }
        if (freed != null) {
            freed.free().run();
        }
        return null;
    }

    private @Nullable Release takeRelease() {
        Release waits = release;
        if (waits == null || busy()) {
            return null;
        }
        release = null;
        return waits;
    }

    private boolean busy() {
        return byName.values().stream().anyMatch(extension -> extension.busy);
    }

    /// `POST …/init/error` and `…/exit/error`: the environment fails once the extension's process has ended, since
    /// AWS tells the caller how it ended.
    ///
    /// @param type `Extension.InitError` or `Extension.ExitError`
    /// @param reason the extension's own error type
    /// @return why it isn't taken, or null
    @Nullable
    ExtensionError report(String id, String type, String reason) {
        Extension extension;
        lock.lock();
        try {
            extension = byId.get(id);
            if (extension == null || extension.state == State.FAILED) {
                return ExtensionError.invalidTransition(
                        extension == null ? id : extension.name, "Failed", type.substring("Extension.".length()));
            }
            extension.state = State.FAILED;
            extension.reported = type;
        } finally {
            lock.unlock();
        }
        LOG.log(Level.WARNING, "extension failed name={0} type={1} reason={2}", extension.name, type, reason);
        Extension failed = extension;
        Thread.ofVirtual().name("extension-failure").start(() -> failLater(failed, type, reason));
        return null;
    }

    private void failLater(Extension extension, String type, String reason) {
        try {
            Thread.sleep(END_OF_FAILED_MILLIS);
            boolean already;
            lock.lock();
            try {
                already = extension.ended;
            } finally {
                lock.unlock();
            }
            if (!already) {
                failed(RuntimeExit.ofExtension(type, reason));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The start script's report of an extension's end.
    ///
    /// @param number of the script's round
    /// @param why it could not be started, or null
    void exited(String number, String name, int status, @Nullable String why) {
        RuntimeExit failure = null;
        lock.lock();
        try {
            Extension extension = byName.get(name);
            if (extension == null || !run.equals(number)) {
                return;
            }
            extension.ended = true;
            if (!closing) {
                failure = why != null && extension.state == State.STARTED
                        ? RuntimeExit.ofExtension(
                                "Extension.LaunchError", "fork/exec /opt/extensions/" + name + ": " + why)
                        : RuntimeExit.ofExtension(
                                extension.reported == null ? "Extension.Crash" : extension.reported,
                                Extension.cause(status));
            }
            extension.state = State.FAILED;
            extension.busy = false;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            LOG.log(Level.WARNING, "extension ended name={0} status={1}", name, status);
            failed(failure);
        }
    }

    private void failed(RuntimeExit failure) {
        Release waits;
        lock.lock();
        try {
            failed = true;
            waits = release;
            release = null;
        } finally {
            lock.unlock();
        }
        session.extensionFailed(failure);
        if (waits != null) {
            waits.spent().run();
        }
    }

    /// Tells the extensions of an invocation.
    void invoked(Event event) {
        ObjectNode json = Json.object()
                .put("eventType", "INVOKE")
                .put("deadlineMs", event.deadlineEpochMillis())
                .put("requestId", event.requestId())
                .put("invokedFunctionArn", event.invokedFunctionArn());
        if (event.traceId() != null) {
            json.putObject("tracing").put("type", "X-Amzn-Trace-Id").put("value", event.traceId());
        }
        publish("INVOKE", json);
    }

    /// Runs `free` once no extension is busy with an invocation any more: perhaps at once. When the deadline
    /// passes,
    /// or an extension fails, `spent` is run instead. Neither may block.
    void whenFree(Runnable free, Runnable spent, long deadlineNanos) {
        boolean broken;
        boolean wait;
        lock.lock();
        try {
            broken = failed;
            wait = !broken && busy();
            if (wait) {
                release = new Release(free, spent, deadlineNanos);
            }
        } finally {
            lock.unlock();
        }
        if (wait) {
            session.alarmAt(deadlineNanos);
        } else if (broken) {
            spent.run();
        } else {
            free.run();
        }
    }

    /// A time that was asked for has come, or another.
    void alarm() {
        long now = System.nanoTime();
        Release late = null;
        String missing = null;
        lock.lock();
        try {
            Release waits = release;
            if (waits != null && now - waits.deadlineNanos() >= 0) {
                late = waits;
                release = null;
            }
            if (any && !initialised && !closing && now - initDeadline >= 0) {
                missing = byName.values().stream()
                        .filter(Extension::initialising)
                        .map(extension -> extension.name)
                        .findFirst()
                        .orElse(null);
            }
        } finally {
            lock.unlock();
        }
        if (late != null) {
            session.ending().overran();
            late.spent().run();
        }
        if (missing != null) {
            LOG.log(Level.WARNING, "extension is not ready name={0}", missing);
            failed(RuntimeExit.ofExtension(
                    "Sandbox.Timedout",
                    "Extension " + missing + " did not register and call /next within " + INIT_LIMIT.toSeconds()
                            + " seconds"));
        }
    }

    /// Tells the extensions that the environment ends.
    ///
    /// @param reason `spindown`, `timeout` or `failure`
    /// @return whether there is one to wait for, see [#awaitEnd]
    boolean shutdown(String reason) {
        if (!any) {
            return false;
        }
        lock.lock();
        try {
            closing = true;
            release = null;
        } finally {
            lock.unlock();
        }
        publish(
                "SHUTDOWN",
                Json.object()
                        .put("eventType", "SHUTDOWN")
                        .put("shutdownReason", reason)
                        .put("deadlineMs", System.currentTimeMillis() + SHUTDOWN_LIMIT.toMillis()));
        lock.lock();
        try {
            return byName.values().stream().anyMatch(Extensions::lastsOn);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until every extension that was told of the end has ended or asks again.
    void awaitEnd() throws InterruptedException {
        long left = SHUTDOWN_LIMIT.toNanos();
        lock.lock();
        try {
            while (left > 0 && byName.values().stream().anyMatch(Extensions::lastsOn)) {
                left = ended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean lastsOn(Extension extension) {
        return extension.external && extension.takes("SHUTDOWN") && extension.parked == null;
    }

    private void publish(String type, ObjectNode json) {
        byte[] event = json.toString().getBytes(UTF_8);
        Collection<Delivery> deliveries = new ArrayList<>();
        lock.lock();
        try {
            for (Extension extension : byName.values()) {
                if (!extension.takes(type)) {
                    continue;
                }
                extension.busy |= type.equals("INVOKE");
                WireExchange parked = extension.parked;
                extension.parked = null;
                if (parked != null && !parked.isDisconnected()) {
                    deliveries.add(new Delivery(parked, event));
                } else if (extension.queue.size() < MAX_QUEUED) {
                    extension.queue.add(event);
                }
            }
        } finally {
            lock.unlock();
        }
        deliveries.forEach(Delivery::send);
    }

    /// Ends the requests that are still parked.
    void close() {
        List<WireExchange> parked = new ArrayList<>();
        lock.lock();
        try {
            closing = true;
            byName.values().forEach(extension -> {
                if (extension.parked != null) {
                    parked.add(extension.parked);
                }
            });
            waiting.forEach(script -> parked.add(script.exchange()));
            waiting.clear();
        } finally {
            lock.unlock();
        }
        parked.forEach(WireExchange::abort);
    }
}
