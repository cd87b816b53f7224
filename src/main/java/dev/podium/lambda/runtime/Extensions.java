package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import dev.podium.lambda.runtime.Extension.State;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The extensions of one environment: who they are, the events that wait for them, and whether all are done.
///
/// An environment is initialised when its runtime and all extensions have asked for an event, and free again
/// after an invocation when all extensions that were told of it have asked for the next one. The lock is
/// never held across I/O, and the session is only called without it.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html">Extensions API</a>
final class Extensions {
    private static final System.Logger LOG = System.getLogger("lambda.runtime");
    /// AWS gives an initialisation ten seconds, and then does it again within the function's own time.
    private static final Duration INIT_LIMIT = Duration.ofSeconds(30);
    /// How long the end of the process of an extension that has reported its failure is waited for.
    private static final long END_OF_FAILED_MILLIS = 500;
    /// AWS's limit for the shutdown of external extensions.
    static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    private final RuntimeSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final ExtensionTable table = new ExtensionTable(); // under the lock
    private final List<Waiting> waiting = new ArrayList<>(0); // under the lock
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

    /// Tells whether there are extensions: without any, an invocation has nothing to do with this class.
    boolean any() {
        return any;
    }

    /// Takes in what the start script is about to start. Earlier ones are forgotten: their processes have
    /// ended.
    ///
    /// @param number counts the script's rounds, so that a late report of an earlier round is known
    void announce(String number, List<String> names) {
        List<WireExchange> old;
        long deadline = System.nanoTime() + INIT_LIMIT.toNanos();
        lock.lock();
        try {
            old = table.begin(number, names);
            initialised = false;
            runtimeReady = false;
            initDeadline = deadline;
            any = !names.isEmpty();
        } finally {
            lock.unlock();
        }
        old.forEach(WireExchange::abort);
        session.port().deadlines().set(session, deadline);
    }

    /// What [#register] gives: one of the two.
    record Registration(@Nullable String id, @Nullable ExtensionError error) {}

    /// Registers an extension.
    Registration register(String name, Set<String> events) {
        String id = UUID.randomUUID().toString();
        List<WireExchange> satisfied = new ArrayList<>();
        lock.lock();
        try {
            boolean closed = initialised || closing || runtimeReady;
            ExtensionError refused = table.refusal(name, events, closed, startedByScript());
            if (refused != null) {
                return new Registration(null, refused);
            }
            table.register(id, name, events, startedByScript());
            any = true;
            waiting.removeIf(script -> script.count() <= table.registered() && satisfied.add(script.exchange()));
        } finally {
            lock.unlock();
        }
        session.telemetry().extension(name, "Registered", events);
        for (WireExchange script : satisfied) {
            accept(script);
        }
        return new Registration(id, null);
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
            if (table.registered() < count) {
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
            Extension extension = table.byId(id);
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
        if (initialised || !runtimeReady || !table.allReady()) {
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
        ExtensionEvent.Delivery delivery = null;
        boolean first;
        boolean ready;
        Release freed;
        Extension extension;
        lock.lock();
        try {
            extension = table.living(id);
            if (extension == null) {
                return ExtensionError.invalidTransition(id, "Failed", "Ready");
            }
            first = extension.state == State.REGISTERED;
            extension.state = State.READY;
            ExtensionEvent event = extension.queue.poll();
            if (event != null) {
                delivery = new ExtensionEvent.Delivery(x, event);
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
        if (waits == null || table.busy()) {
            return null;
        }
        release = null;
        return waits;
    }

    /// `POST …/init/error` and `…/exit/error`: the environment fails once the extension's process has ended,
    /// since AWS tells the caller how it ended.
    ///
    /// @param type `Extension.InitError` or `Extension.ExitError`
    /// @param reason the extension's own error type
    /// @return why it isn't taken, or null
    @Nullable
    ExtensionError report(String id, String type, String reason) {
        Extension extension;
        lock.lock();
        try {
            extension = table.living(id);
            if (extension == null) {
                return ExtensionError.invalidTransition(id, "Failed", type.substring("Extension.".length()));
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
            Extension extension = table.started(number, name);
            if (extension == null) {
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
        publish(ExtensionEvent.invoke(event));
    }

    /// Runs `free` once no extension is busy with an invocation any more: perhaps at once. When the deadline
    /// passes, or an extension fails, `spent` is run instead. Neither may block.
    void whenFree(Runnable free, Runnable spent, long deadlineNanos) {
        boolean broken;
        boolean wait;
        lock.lock();
        try {
            broken = failed;
            wait = !broken && table.busy();
            if (wait) {
                release = new Release(free, spent, deadlineNanos);
            }
        } finally {
            lock.unlock();
        }
        if (wait) {
            session.port().deadlines().set(session, deadlineNanos);
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
                missing = table.late();
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
        publish(ExtensionEvent.shutdown(reason, SHUTDOWN_LIMIT));
        lock.lock();
        try {
            return table.endsYet();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until every extension that was told of the end has ended or asks again.
    void awaitEnd() throws InterruptedException {
        long left = SHUTDOWN_LIMIT.toNanos();
        lock.lock();
        try {
            while (left > 0 && table.endsYet()) {
                left = ended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void publish(ExtensionEvent event) {
        List<ExtensionEvent.Delivery> deliveries;
        lock.lock();
        try {
            deliveries = table.offer(event);
        } finally {
            lock.unlock();
        }
        deliveries.forEach(ExtensionEvent.Delivery::send);
    }

    /// Ends the requests that are still parked.
    void close() {
        List<WireExchange> parked;
        lock.lock();
        try {
            closing = true;
            parked = table.parked();
            waiting.forEach(script -> parked.add(script.exchange()));
            waiting.clear();
        } finally {
            lock.unlock();
        }
        parked.forEach(WireExchange::abort);
    }
}
