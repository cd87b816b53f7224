package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import dev.podium.lambda.runtime.Extension.State;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
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
    private static final System.Logger LOG = System.getLogger("lambda");
    /// How long the end of the process of an extension that has reported its failure is waited for.
    private static final long END_OF_FAILED_NANOS = 500_000_000L;
    /// AWS's limit for the shutdown of external extensions.
    static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    private final RuntimeSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final ExtensionTable table = new ExtensionTable(); // under the lock
    private final ExtensionInit init = new ExtensionInit(table); // under the lock
    private boolean closing; // under the lock
    private boolean failed; // under the lock
    private @Nullable Release release; // under the lock
    private volatile boolean any;

    Extensions(RuntimeSession session) {
        this.session = session;
    }

    /// Someone who waits until the extensions are done with an invocation.
    private record Release(Runnable free, Runnable spent, long deadlineNanos) {}

    /// Tells whether there are extensions: without any, an invocation has nothing to do with this class.
    boolean any() {
        return any;
    }

    /// Takes in what the start script is about to start. Earlier ones are forgotten: their processes have ended.
    ///
    /// @param number counts the script's rounds, so that a late report of an earlier round is known
    void announce(String number, List<String> names) {
        List<WireExchange> old;
        long deadline = System.nanoTime() + ExtensionInit.LIMIT.toNanos();
        lock.lock();
        try {
            old = init.begin(number, names, deadline);
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
        List<WireExchange> satisfied;
        lock.lock();
        try {
            boolean closed = closing || init.isClosed();
            ExtensionError refused = table.refusal(name, events, closed, startedByScript());
            if (refused != null) {
                return new Registration(null, refused);
            }
            table.register(id, name, events, startedByScript());
            any = true;
            satisfied = init.satisfied();
        } finally {
            lock.unlock();
        }
        session.telemetry().extension(name, "Registered", events);
        satisfied.forEach(Extensions::accept);
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
            if (init.park(count, x)) {
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
            return init.runtimeReady();
        } finally {
            lock.unlock();
        }
    }

    /// Tells whether the initialisation is over: no more registrations, no more subscriptions.
    boolean isInitialised() {
        lock.lock();
        try {
            return init.isOver() || closing;
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
            ready = first && init.complete();
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
        long due = System.nanoTime() + END_OF_FAILED_NANOS;
        lock.lock();
        try {
            extension = table.living(id);
            if (extension == null) {
                return ExtensionError.invalidTransition(id, "Failed", type.substring("Extension.".length()));
            }
            extension.reported(type, reason, due);
        } finally {
            lock.unlock();
        }
        LOG.log(Level.WARNING, "extension failed name={0} type={1} reason={2}", extension.name, type, reason);
        session.port().deadlines().set(session, due);
        return null;
    }

    /// The start script's report of an extension's end.
    ///
    /// @param number of the script's round
    /// @param why it could not be started, or null
    void exited(String number, String name, int status, @Nullable String why) {
        RuntimeExit failure;
        lock.lock();
        try {
            Extension extension = table.started(number, name);
            if (extension == null) {
                return;
            }
            failure = closing ? null : extension.failure(status, why);
            extension.end();
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
        ExtensionEvent told = ExtensionEvent.invoke(event);
        List<ExtensionEvent.Delivery> deliveries;
        lock.lock();
        try {
            deliveries = table.offer(told);
        } finally {
            lock.unlock();
        }
        deliveries.forEach(ExtensionEvent.Delivery::send);
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
        String missing;
        RuntimeExit failure;
        lock.lock();
        try {
            Release waits = release;
            if (waits != null && now - waits.deadlineNanos() >= 0) {
                late = waits;
                release = null;
            }
            missing = any && !closing ? init.late(now) : null;
            failure = table.reported(now);
        } finally {
            lock.unlock();
        }
        if (late != null) {
            session.ending().overran();
            late.spent().run();
        }
        if (failure != null) {
            failed(failure);
        }
        if (missing != null) {
            LOG.log(Level.WARNING, "extension is not ready name={0}", missing);
            failed(RuntimeExit.ofExtension(
                    "Sandbox.Timedout",
                    "Extension " + missing + " did not register and call /next within "
                            + ExtensionInit.LIMIT.toSeconds() + " seconds"));
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
        List<ExtensionEvent.Delivery> deliveries;
        boolean wait;
        ExtensionEvent event = ExtensionEvent.shutdown(reason, SHUTDOWN_LIMIT);
        lock.lock();
        try {
            closing = true;
            release = null;
            deliveries = table.offer(event);
            wait = table.endsYet();
        } finally {
            lock.unlock();
        }
        deliveries.forEach(ExtensionEvent.Delivery::send);
        return wait;
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

    /// Ends the requests that are still parked.
    void close() {
        List<WireExchange> parked;
        lock.lock();
        try {
            closing = true;
            parked = table.parked();
            parked.addAll(init.clear());
        } finally {
            lock.unlock();
        }
        parked.forEach(WireExchange::abort);
    }
}
