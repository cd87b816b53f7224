package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One pod on the runtime port: its runtime's parked `/next`, the invocation under way, its extensions and its
/// code.
///
/// The invoking thread itself writes the event to the parked request, and is woken by the connection that
/// brings the answer. No lock is held across I/O.
public final class RuntimeSession implements Transport, AutoCloseable {
    /// An invoker whose client takes nothing would keep its environment for ever.
    private static final long STALLED_NANOS = 2_000_000_000L;
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
    private final ReentrantLock lock = new ReentrantLock();

    // under the lock
    private @Nullable WireExchange parked;
    private @Nullable WireExchange lastNext;
    private @Nullable String closedWhy;
    private @Nullable RuntimeExit exit;
    private @Nullable FunctionError initError;
    private boolean ready;

    private volatile @Nullable Invocation current;
    private volatile boolean keepsConnection; // the client is known to use one connection for many requests
    private volatile boolean away; // the connection of the last /next has ended, and nothing came since
    private volatile long awaySince;
    private volatile boolean alarmSet;
    private volatile long alarmAt;

    RuntimeSession(RuntimePort port, String token, String codeToken, SessionOwner owner, RuntimeSettings settings) {
        this.port = port;
        this.token = token;
        this.codeToken = codeToken;
        this.owner = owner;
        this.code = new CodeDelivery(owner);
        this.settings = settings;
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
            Outcome over = over();
            if (over != null) {
                return over;
            }
            current = invocation;
            next = take(invocation);
        } finally {
            lock.unlock();
        }
        if (next != null) {
            deliver(next, invocation, invocation.deadlineNanos());
        }
        Outcome outcome = await(invocation, invocation.deadlineNanos());
        if (extensions.any() && !(outcome instanceof Outcome.Streaming)) {
            telemetry.done(invocation.event(), outcome);
        }
        return outcome;
    }

    /// The end of a session whose runtime can't answer any more.
    private @Nullable Outcome over() {
        if (closedWhy != null) {
            return new Outcome.Lost(closedWhy, false);
        }
        if (initError != null) {
            return new Outcome.InitError(initError);
        }
        if (exit != null) {
            return ready ? new Outcome.Lost("the runtime had exited", false) : new Outcome.Exited(exit);
        }
        return null;
    }

    private @Nullable WireExchange take(Invocation invocation) {
        WireExchange next = parked;
        if (next != null) {
            parked = null;
            invocation.deliverOn(next);
        }
        return next;
    }

    private void deliver(WireExchange next, Invocation invocation, long deadlineNanos) {
        try {
            if (extensions.any()) {
                telemetry.invoked(invocation.event());
                extensions.invoked(invocation.event());
            }
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadlineNanos - System.nanoTime()));
            next.respond(
                    200,
                    RuntimeAnswers.event(invocation.event()),
                    invocation.event().payload(),
                    left);
        } catch (IOException | IllegalStateException e) {
            invocation.deliverOn(null); // its connection's thread notices the end and starts the grace
        }
    }

    private Outcome await(Invocation invocation, long deadlineNanos) throws InterruptedException {
        while (true) {
            StreamedResponse stream = invocation.stream();
            if (stream != null) {
                setAlarm(deadlineNanos);
                return new Outcome.Streaming(stream);
            }
            Outcome outcome = invocation.outcome();
            if (outcome != null) {
                return outcome;
            }
            if (Thread.interrupted()) {
                invocation.complete(new Outcome.Lost("the wait was interrupted", invocation.isDelivered()));
                throw new InterruptedException();
            }
            long now = System.nanoTime();
            long left = deadlineNanos - now;
            if (left <= 0) {
                return invocation.complete(new Outcome.TimedOut());
            }
            if (away && (keepsConnection || !invocation.isDelivered())) {
                long grace = awaySince + settings.reconnectGrace().toNanos() - now;
                if (grace <= 0) {
                    return invocation.complete(
                            new Outcome.Lost("the connection to the runtime was lost", invocation.isDelivered()));
                }
                LockSupport.parkNanos(invocation, Math.min(left, grace));
                continue;
            }
            setAlarm(deadlineNanos);
            LockSupport.park(invocation);
        }
    }

    /// The alarm clears the mark before it looks for the invocation: one that saw the mark is woken.
    private void setAlarm(long deadlineNanos) {
        if (!alarmSet || alarmAt - deadlineNanos > 0) {
            alarmAt = deadlineNanos;
            alarmSet = true;
            port.deadlines().set(this, deadlineNanos);
        }
    }

    /// The time of an alarm has come: the invoker sees whether its own has, and else sets the next one.
    void alarm(long atNanos) {
        if (alarmAt == atNanos) {
            alarmSet = false;
        }
        if (extensions.any()) {
            extensions.alarm();
        }
        Invocation running = current;
        if (running == null) {
            return;
        }
        StreamedResponse stream = running.stream();
        if (stream == null) {
            if (!running.isDone()) {
                running.wake();
            }
        } else if (!stream.isOver()) {
            streamOverdue(running, stream);
        }
    }

    /// The invoker is at work on the answer and doesn't look at the time itself.
    private void streamOverdue(Invocation running, StreamedResponse stream) {
        long late = System.nanoTime() - running.deadlineNanos();
        if (late < 0) {
            setAlarm(running.deadlineNanos());
            return;
        }
        running.complete(new Outcome.TimedOut());
        stream.cut();
        if (late < STALLED_NANOS) {
            setAlarm(running.deadlineNanos() + STALLED_NANOS);
        } else {
            running.interruptInvoker();
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
            if (closedWhy != null) {
                RuntimeAnswers.forbidden(next);
                return;
            }
            replaced = parked;
            parked = next;
            lastNext = next;
            seen(next);
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
            long millis = waiting.event().deadlineEpochMillis() - System.currentTimeMillis();
            deliver(next, waiting, System.nanoTime() + Math.max(1, millis) * 1_000_000);
        }
    }

    private void connectionEnded(WireExchange next) {
        lock.lock();
        try {
            if (parked == next) {
                parked = null;
            }
            if (lastNext != next || closedWhy != null) {
                return;
            }
            awaySince = System.nanoTime();
            away = true;
        } finally {
            lock.unlock();
        }
        Invocation running = current;
        if (running != null) {
            running.wake();
        }
        owner.disconnected();
    }

    /// Notes a sign of life of the runtime.
    private void seen(WireExchange exchange) {
        if (exchange.ordinal() > 1) {
            keepsConnection = true;
        }
        away = false;
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
        seen(exchange);
        return running;
    }

    /// Notes that the runtime answered, so that a client without a lasting connection has time for its `/next`.
    void answered() {
        WireExchange last = lastNextSeen();
        if (last != null && last.isDisconnected()) {
            awaySince = System.nanoTime();
            away = true;
        }
    }

    private @Nullable WireExchange lastNextSeen() {
        lock.lock();
        try {
            return lastNext;
        } finally {
            lock.unlock();
        }
    }

    /// `POST …/init/error`.
    ///
    /// @return false if the runtime had been ready
    boolean initFailed(FunctionError error) {
        lock.lock();
        try {
            if (ready || initError != null) {
                return false;
            }
            initError = error;
        } finally {
            lock.unlock();
        }
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
            if (!ready && !code.isServed() && exit == null) {
                return true;
            }
            if (exit != null) {
                return false;
            }
            exit = ended;
            parked = null;
        } finally {
            lock.unlock();
        }
        Invocation running = current;
        boolean idle = running == null || !running.isDelivered();
        complete(idle && ready ? new Outcome.Lost("the runtime had exited", false) : new Outcome.Exited(ended));
        owner.exited(ended);
        return false;
    }

    /// An extension has failed: the environment can't be used any more.
    void extensionFailed(RuntimeExit failure) {
        lock.lock();
        try {
            if (closedWhy != null || exit != null) {
                return;
            }
            exit = failure;
        } finally {
            lock.unlock();
        }
        Invocation running = current;
        boolean idle = running == null || !running.isDelivered();
        complete(idle && ready ? new Outcome.Lost("an extension had failed", false) : new Outcome.Exited(failure));
        owner.exited(failure);
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

    /// Ends the session: parked requests are ended, extensions get their SHUTDOWN event, a waiting invocation is
    /// lost.
    @Override
    public void close() {
        end(CLOSED, "spindown");
    }

    private void end(String why, String shutdownReason) {
        WireExchange next;
        lock.lock();
        try {
            if (closedWhy != null) {
                return;
            }
            closedWhy = why;
            next = parked;
            parked = null;
        } finally {
            lock.unlock();
        }
        Invocation running = current;
        if (running != null) {
            running.complete(new Outcome.Lost(why, running.isDelivered()));
        }
        ending.begin(ending.reason(running, exit != null || initError != null ? "failure" : shutdownReason));
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

    /// Has [#alarm] called at that time.
    void alarmAt(long nanos) {
        port.deadlines().set(this, nanos);
    }

    /// The last invocation, if there was one.
    @Nullable
    Invocation last() {
        return current;
    }

    /// The port knows this session no more.
    void forget() {
        port.forget(this);
    }
}
