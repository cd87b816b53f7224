package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One pod on the runtime port: its runtime's parked `/next`, the invocation under way, its extensions and
/// its code.
///
/// The invoking thread itself writes the event to the parked request, and is woken by the connection that
/// brings the answer. No lock is held across I/O.
public final class RuntimeSession implements Transport, AutoCloseable {
    private static final String CLOSED = "the environment was closed";

    private final RuntimePort port;
    private final String token;
    private final String codeToken;
    private final SessionOwner owner;
    private final RuntimeSettings settings;
    private final CodeDelivery code;
    private final Extensions extensions = new Extensions(this);
    private final Telemetry telemetry = new Telemetry();
    private final SessionEnd ending = new SessionEnd(this);
    private final RuntimeWait wait;
    private final ReentrantLock lock = new ReentrantLock();

    // under the lock
    private @Nullable WireExchange parked;
    private final RuntimeEnd end = new RuntimeEnd();
    private boolean ready;

    private volatile @Nullable WireExchange lastNext; // written under the lock
    private volatile @Nullable Invocation current;

    RuntimeSession(RuntimePort port, String token, String codeToken, SessionOwner owner, RuntimeSettings settings) {
        this.port = port;
        this.token = token;
        this.codeToken = codeToken;
        this.owner = owner;
        this.code = new CodeDelivery(owner);
        this.settings = settings;
        this.wait = new RuntimeWait(this);
    }

    /// Who opened it.
    SessionOwner owner() {
        return owner;
    }

    /// Gives the pod its function. A pod that asked for its code earlier gets it now. Does not block.
    ///
    /// @throws IllegalStateException if the session has one already
    public void assign(Assignment assignment) {
        code.assign(assignment);
        if (telemetry.facts().name().isEmpty()) {
            describe(FunctionFacts.of(assignment.environment(), null));
        }
    }

    /// Tells what extensions may know of the function. To be called before [#assign], if at all.
    public void describe(FunctionFacts function) {
        telemetry.describe(function);
    }

    /// Tells whether the pod has asked for its code and was answered, in this server's life.
    public boolean hasCode() {
        return code.isServed();
    }

    /// Hands over an event; waits for the runtime's `/next` if none is parked yet.
    ///
    /// @throws IllegalStateException if an invocation is under way
    @Override
    public Outcome invoke(Event event, long deadlineNanos) throws InterruptedException {
        return invoke(new Invocation(event, false, deadlineNanos));
    }

    /// The same for a caller that takes an answer while it is being written.
    ///
    /// @throws IllegalStateException if an invocation is under way
    @Override
    public Outcome stream(Event event, long deadlineNanos) throws InterruptedException {
        return invoke(new Invocation(event, true, deadlineNanos));
    }

    private Outcome invoke(Invocation invocation) throws InterruptedException {
        WireExchange next;
        lock.lock();
        try {
            Invocation before = current;
            if (before != null && !before.isDone()) {
                throw new IllegalStateException("an invocation is under way");
            }
            Outcome over = end.outcome(ready);
            if (over != null) {
                return over;
            }
            current = invocation;
            next = take(invocation);
        } finally {
            lock.unlock();
        }
        if (next != null) {
            deliver(next, invocation);
        }
        Outcome outcome = wait.await(invocation);
        if (!(outcome instanceof Outcome.Streaming)) {
            if (extensions.any()) {
                telemetry.done(invocation.event(), outcome);
            }
            invocation.forget();
        }
        return outcome;
    }

    private @Nullable WireExchange take(Invocation invocation) {
        WireExchange next = parked;
        if (next != null) {
            parked = null;
            invocation.deliverOn(next);
        }
        return next;
    }

    private void deliver(WireExchange next, Invocation invocation) {
        try {
            if (extensions.any()) {
                telemetry.invoked(invocation.event());
                extensions.invoked(invocation.event());
            }
            Duration left = Duration.ofNanos(Math.max(1_000_000, invocation.deadlineNanos() - System.nanoTime()));
            next.respond(
                    200,
                    RuntimeAnswers.event(invocation.event()),
                    invocation.event().payload(),
                    left);
        } catch (IOException | IllegalStateException e) {
            invocation.deliverOn(null); // its connection's thread notices the end and starts the grace
        }
    }

    /// A time that [Deadlines] was asked for has come.
    void alarm(long atNanos) {
        wait.alarm(atNanos, current);
        if (extensions.any()) {
            extensions.alarm();
        }
    }

    /// `GET …/invocation/next`: takes a waiting event, or is parked.
    void next(WireExchange next) throws IOException {
        WireExchange replaced;
        boolean first;
        lock.lock();
        try {
            Invocation running = current;
            WireExchange taken = running == null || running.isDone() ? null : running.deliveredOn();
            if (taken != null && running != null && taken.isDisconnected()) {
                running.complete(new Outcome.Lost("the runtime started anew during the invocation", true));
            } else if (taken != null) {
                RuntimeAnswers.invalidTransition(next, "Running", "Ready");
                return;
            }
            if (end.closedWhy != null) {
                RuntimeAnswers.forbidden(next);
                return;
            }
            replaced = parked;
            parked = next;
            lastNext = next;
            wait.seen(next);
            first = !ready && extensions.runtimeReady();
            ready |= first;
        } finally {
            lock.unlock();
        }
        next.onDisconnect(() -> connectionEnded(next));
        if (replaced != null) {
            replaced.abort();
        }
        telemetry.runtimeReady(first);
        if (first) {
            owner.ready();
        }
        deliverWaiting(next);
    }

    /// All extensions are ready, and the runtime was before.
    void extensionsReady() {
        lock.lock();
        try {
            ready = true;
        } finally {
            lock.unlock();
        }
        telemetry.initialised();
        owner.ready();
    }

    private void deliverWaiting(WireExchange next) {
        Invocation waiting = null;
        lock.lock();
        try {
            Invocation running = current;
            if (parked == next && running != null && !running.isDone() && !running.isDelivered()) {
                take(running);
                waiting = running;
            }
        } finally {
            lock.unlock();
        }
        if (waiting != null) {
            deliver(next, waiting);
        }
    }

    private void connectionEnded(WireExchange next) {
        lock.lock();
        try {
            if (parked == next) {
                parked = null;
            }
            if (lastNext != next || end.closedWhy != null) {
                return;
            }
            wait.away();
        } finally {
            lock.unlock();
        }
        Invocation running = current;
        if (running != null) {
            running.wake();
        }
        owner.disconnected();
    }

    /// The invocation that an answer is for; null if the runtime isn't at work on it.
    @Nullable
    Invocation running(String requestId, WireExchange exchange) {
        Invocation running = current;
        if (running == null
                || running.isDone()
                || !running.isDelivered()
                || !running.event().requestId().equals(requestId)) {
            return null;
        }
        wait.seen(exchange);
        return running;
    }

    /// Notes that the runtime answered, so that a client without a lasting connection has time for its `/next`.
    void answered() {
        WireExchange last = lastNext;
        if (last != null && last.isDisconnected()) {
            wait.away();
        }
    }

    /// `POST …/init/error`.
    ///
    /// @return false if the runtime had been ready
    boolean initFailed(FunctionError error) {
        lock.lock();
        try {
            if (ready || !end.initFailed(error)) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        telemetry.initFailed("error", error.errorType());
        complete(new Outcome.InitError(error));
        owner.initError(error);
        return true;
    }

    /// The start script's report.
    ///
    /// @return whether it should start the runtime again: it ended because this server was away
    boolean exited(RuntimeExit ended) {
        lock.lock();
        try {
            if (!ready && !code.isServed() && end.exit == null) {
                return true;
            }
            if (!end.exited(ended)) {
                return false;
            }
            parked = null;
        } finally {
            lock.unlock();
        }
        ended(ended, "the runtime had exited");
        return false;
    }

    /// An extension has failed: the environment can't be used any more.
    void extensionFailed(RuntimeExit failure) {
        lock.lock();
        try {
            if (end.closedWhy != null || !end.exited(failure)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        ended(failure, "an extension had failed");
    }

    private void ended(RuntimeExit ended, String why) {
        telemetry.initFailed("failure", ended.errorType());
        Invocation running = current;
        boolean idle = running == null || !running.isDelivered();
        complete(idle && ready ? new Outcome.Lost(why, false) : new Outcome.Exited(ended));
        owner.exited(ended);
    }

    private void complete(Outcome outcome) {
        Invocation running = current;
        if (running != null) {
            running.complete(outcome);
        }
    }

    /// Ends the session because the pod is known to be gone: a waiting invocation gets [Outcome.Lost].
    ///
    /// @param why goes into the outcome
    public void lost(String why) {
        end(why, "failure");
    }

    /// Ends the session: parked requests end, extensions get their SHUTDOWN event, a waiting invocation is lost.
    @Override
    public void close() {
        end(CLOSED, "spindown");
    }

    private void end(String why, String shutdownReason) {
        WireExchange next;
        String reason;
        lock.lock();
        try {
            if (end.closedWhy != null) {
                return;
            }
            reason = end.failed() ? "failure" : shutdownReason;
            end.closedWhy = why;
            next = parked;
            parked = null;
        } finally {
            lock.unlock();
        }
        Invocation running = current;
        if (running != null) {
            running.complete(new Outcome.Lost(why, running.isDelivered()));
        }
        ending.begin(ending.reason(running, reason));
        if (next != null) {
            next.abort();
        }
        code.close();
    }

    /// The name of the pod on the port.
    public String token() {
        return token;
    }

    /// The token of its code.
    public String codeToken() {
        return codeToken;
    }

    /// How the environment's extensions take part in its life, for whoever uses the environment.
    public SessionEnd ending() {
        return ending;
    }

    /// What the environment's extensions are told about it.
    public Telemetry telemetry() {
        return telemetry;
    }

    CodeDelivery code() {
        return code;
    }

    Extensions extensions() {
        return extensions;
    }

    RuntimeSettings settings() {
        return settings;
    }

    /// Whether the runtime waits for an event, and none is on its way.
    boolean isParked() {
        lock.lock();
        try {
            return parked != null;
        } finally {
            lock.unlock();
        }
    }

    /// The last invocation, if there was one.
    @Nullable
    Invocation last() {
        return current;
    }

    /// Where it was opened.
    RuntimePort port() {
        return port;
    }
}
