package dev.podium.lambda.runtime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What one environment tells the extensions that subscribed to its telemetry.
///
/// Costs an environment without subscribers next to nothing: events aren't even made. Nothing here blocks;
/// each subscriber has a thread of its own that sends.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html">Telemetry API</a>
public final class Telemetry {
    private static final int MAX_EARLY = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<TelemetryEvent> early = new ArrayList<>(0); // under the lock; for subscribers to come
    private volatile List<TelemetrySubscription> subscriptions = List.of(); // changed under the lock
    private volatile FunctionFacts facts = FunctionFacts.of(java.util.Map.of(), null);
    private volatile Instant startTime = Instant.now();
    private volatile long startNanos = System.nanoTime();
    private volatile long initNanos;
    private volatile boolean runtimeDone;
    private volatile boolean initOver;
    private final StartScript script = new StartScript();
    private volatile @Nullable String address;
    private @Nullable Running running; // under the lock

    /// An invocation whose report hasn't been sent.
    private static final class Running {
        final Event event;
        final Instant time = Instant.now();
        final long nanos = System.nanoTime();
        final long initNanos;
        TelemetryEvent.@Nullable End end;

        Running(Event event, long initNanos) {
            this.event = event;
            this.initNanos = initNanos;
        }
    }

    /// Takes what there is to tell of the function; its initialisation begins now.
    void describe(FunctionFacts function) {
        facts = function;
        startTime = Instant.now();
        startNanos = System.nanoTime();
    }

    FunctionFacts facts() {
        return facts;
    }

    /// The pod's address, where the subscribers' ports are found.
    public void address(String ip) {
        if (ip.equals(address)) {
            return;
        }
        address = ip;
        subscriptions.forEach(subscription -> subscription.address(ip));
    }

    /// Adds a subscriber, or replaces an earlier subscription of the same extension.
    ///
    /// @return false if another one uses the other of the two APIs
    boolean subscribe(String name, TelemetrySettings settings) {
        TelemetrySubscription fresh = new TelemetrySubscription(name, settings);
        TelemetrySubscription replaced = null;
        lock.lock();
        try {
            List<TelemetrySubscription> all = new ArrayList<>(subscriptions);
            for (TelemetrySubscription other : subscriptions) {
                if (other.name().equals(name)) {
                    replaced = other;
                    all.remove(other);
                } else if (other.settings().schema().logs() != settings.schema().logs()) {
                    return false;
                }
            }
            all.add(fresh);
            fresh.add(TelemetryEvent.initStart(startTime, facts));
            early.forEach(fresh::add);
            subscriptions = List.copyOf(all);
        } finally {
            lock.unlock();
        }
        if (replaced != null) {
            replaced.close();
        }
        String ip = address;
        if (ip != null) {
            fresh.address(ip);
        }
        fresh.start();
        publish(TelemetryEvent.subscription(Instant.now(), name, settings));
        return true;
    }

    private boolean nobody() {
        return subscriptions.isEmpty();
    }

    private void publish(TelemetryEvent event) {
        for (TelemetrySubscription subscription : subscriptions) {
            subscription.add(event);
        }
    }

    /// An extension has come to another state; those who subscribe later hear of it too.
    void extension(String name, String state, Collection<String> events) {
        TelemetryEvent event = TelemetryEvent.extension(
                Instant.now(), name, state, events.stream().sorted().toList());
        lock.lock();
        try {
            if (early.size() < MAX_EARLY) {
                early.add(event);
            }
            publish(event);
        } finally {
            lock.unlock();
        }
    }

    /// The runtime has asked for an event.
    ///
    /// @param last whether with this the environment is initialised
    void runtimeReady(boolean last) {
        if (runtimeDone && !last) {
            return;
        }
        if (!runtimeDone && !nobody()) {
            publish(TelemetryEvent.initRuntimeDone(Instant.now(), facts, "success", null));
            script.measure();
        }
        runtimeDone = true;
        if (last) {
            initialised();
        }
    }

    /// Runtime and extensions are ready.
    void initialised() {
        initOver = true;
        initNanos = System.nanoTime() - startNanos;
        if (!nobody()) {
            publish(TelemetryEvent.initReport(Instant.now(), facts, "success", null, initNanos));
        }
    }

    /// The initialisation has failed; only the first reason is told.
    ///
    /// @param status `error` when the runtime says so itself, `failure` when a process ended
    void initFailed(String status, String errorType) {
        if (nobody() || initOver) {
            return;
        }
        initOver = true;
        Instant now = Instant.now();
        if (!runtimeDone) {
            publish(TelemetryEvent.initRuntimeDone(now, facts, status, errorType));
        }
        publish(TelemetryEvent.initReport(now, facts, status, errorType, System.nanoTime() - startNanos));
    }

    /// An invocation begins.
    void invoked(Event event) {
        if (nobody()) {
            return;
        }
        Running next;
        lock.lock();
        try {
            next = new Running(event, initNanos);
            initNanos = 0;
            running = next;
        } finally {
            lock.unlock();
        }
        publish(TelemetryEvent.start(next.time, facts, event));
    }

    /// The runtime is done with the invocation, well or badly.
    void done(Event event, Outcome outcome) {
        if (nobody()) {
            return;
        }
        TelemetryEvent.End end = TelemetryEvent.End.of(outcome);
        Running now;
        lock.lock();
        try {
            now = running;
            if (now == null || !now.event.requestId().equals(event.requestId()) || now.end != null) {
                return;
            }
            now.end = end;
        } finally {
            lock.unlock();
        }
        publish(TelemetryEvent.runtimeDone(now.time, event, end, System.nanoTime() - now.nanos));
    }

    /// Runtime and extensions are done with the invocation: its report goes out, once.
    void report() {
        Running now;
        TelemetryEvent.End end;
        lock.lock();
        try {
            now = running;
            end = now == null ? null : now.end;
            running = null;
        } finally {
            lock.unlock();
        }
        if (now == null || end == null) {
            return;
        }
        Instant time = Instant.now();
        if (end.status().equals("failure")) {
            publish(TelemetryEvent.fault(time, now.event, "Process exited before completing request"));
        }
        publish(TelemetryEvent.end(time, now.event));
        publish(TelemetryEvent.report(
                time, facts, now.event, end, System.nanoTime() - now.nanos, now.initNanos, script.peakMemoryMib()));
    }

    /// A line of the pod's log. To be called by whoever follows the log, for every line, in their order.
    ///
    /// @param time when the line was written
    /// @param line without its line feed
    public void line(Instant time, PodLine line) {
        if (!nobody()) {
            publish(TelemetryEvent.line(time, line, facts.jsonLogs()));
        }
    }

    /// The pod's start script, which knows the memory that the next report tells.
    public StartScript script() {
        return script;
    }

    /// Whether anybody is told: else lines need not be read for this.
    public boolean isWanted() {
        return !nobody();
    }

    /// Sends what there is; takes no more.
    void close() {
        report();
        subscriptions.forEach(TelemetrySubscription::close);
    }

    /// Waits until everything is sent, at most until the deadline, in terms of [System#nanoTime].
    void awaitEnd(long deadline) throws InterruptedException {
        for (TelemetrySubscription subscription : subscriptions) {
            subscription.awaitEnd(deadline);
        }
    }
}
