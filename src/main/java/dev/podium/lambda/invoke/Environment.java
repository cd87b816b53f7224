package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.FunctionError;
import dev.podium.lambda.runtime.RuntimeExit;
import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.lambda.runtime.SessionOwner;
import dev.podium.lambda.runtime.Transport;
import dev.podium.pods.PodListener;
import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One environment: a pod, and the way to the function in it.
///
/// Its [State] belongs to its group and changes under the group's lock only.
final class Environment implements SessionOwner, PodListener {
    /// Where an environment is in its life.
    enum State {
        /// The pod is on its way.
        STARTING,
        /// Waits for an invocation.
        IDLE,
        /// Runs an invocation.
        BUSY,
        /// Must not be used any more.
        GONE
    }

    private static final Logger LOG = System.getLogger("lambda");

    final EnvironmentGroup group;
    /// Whether it is one of provisioned concurrency.
    final boolean provisioned;

    final long bornNanos = System.nanoTime();

    /// Guarded by the group's lock.
    State state = State.STARTING;
    /// Guarded by the group's lock: whether it takes so long that nobody counts on it any more.
    boolean late;

    volatile long idleSince = bornNanos;
    volatile long readyNanos;
    /// Whether the code comes by the container's own shell.
    volatile boolean shellLoader;
    /// Whether an earlier run of this server made it.
    volatile boolean adopted;
    /// Whether its pod was made without a function.
    volatile boolean pooled;
    /// Whether it has run an invocation.
    volatile boolean used;

    private volatile @Nullable String podName;
    private volatile @Nullable RuntimeSession session;
    private volatile @Nullable Transport transport;
    private volatile @Nullable PodTrouble passing;
    private final Queue<Runnable> closing = new ConcurrentLinkedQueue<>();
    private volatile @Nullable EnvironmentLog log;
    /// Why its web server isn't ready, as far as it was asked.
    private volatile @Nullable String unhealthy;

    private final AtomicBoolean connecting = new AtomicBoolean();

    Environment(EnvironmentGroup group, boolean provisioned) {
        this.group = group;
        this.provisioned = provisioned;
    }

    @Nullable
    String podName() {
        return podName;
    }

    void podName(String name) {
        podName = name;
        EnvironmentLog own = log;
        if (own != null) {
            own.pod(name);
        }
    }

    /// Its log; one that was started or adopted has one.
    EnvironmentLog log() {
        EnvironmentLog own = log;
        if (own == null) {
            throw new IllegalStateException("the environment has no log yet");
        }
        return own;
    }

    /// Begins its log.
    void log(EnvironmentLog opened) {
        log = opened;
        String name = podName;
        if (name != null) {
            opened.pod(name);
        }
    }

    @Nullable
    RuntimeSession session() {
        return session;
    }

    /// The session through which the pod gets its code and, by default, its events.
    void session(RuntimeSession opened) {
        session = opened;
    }

    /// The way to the function; only a ready environment has one.
    Transport transport() {
        Transport way = transport;
        if (way == null) {
            throw new IllegalStateException("the environment isn't ready");
        }
        return way;
    }

    /// A trouble that may pass, for the message when it doesn't.
    @Nullable
    PodTrouble passingTrouble() {
        return passing;
    }

    @Override
    public void ready() {
        RuntimeSession own = session;
        if (own != null && group.deployment().transport() == TransportKind.RUNTIME) {
            connected(own);
        }
    }

    /// Why its web server isn't ready; null when it hasn't been asked, or needn't be.
    @Nullable
    String unhealthy() {
        return unhealthy;
    }

    void unhealthy(String why) {
        unhealthy = why;
    }

    /// True once: whoever gets it connects to the pod.
    boolean beginConnecting() {
        return connecting.compareAndSet(false, true);
    }

    /// Events can be handed over from now on.
    void connected(Transport way) {
        transport = way;
        readyNanos = System.nanoTime();
        EnvironmentLog own = log;
        if (own != null) {
            own.ready();
        }
        if (adopted) {
            LOG.log(
                    Level.DEBUG,
                    "pod back name={0} function={1}",
                    podName,
                    group.deployment().function().name());
        }
        group.ready(this);
    }

    @Override
    public void initError(FunctionError error) {
        String type = error.errorType();
        notInitialised(type == null ? "Runtime.Unknown" : type);
        group.failedWhileStarting(this, new StartFailure.Init(error));
    }

    @Override
    public void exited(RuntimeExit exit) {
        if (readyNanos == 0) {
            notInitialised("Runtime.ExitError");
        }
        if (!group.failedWhileStarting(this, new StartFailure.Exited(exit))) {
            group.discardIdle(this);
        }
    }

    private void notInitialised(String errorType) {
        EnvironmentLog own = log;
        if (own != null) {
            own.initFailed(errorType, System.nanoTime() - bornNanos);
        }
    }

    /// Says nothing by itself: some clients reconnect after every call. The pod's state decides.
    @Override
    public void disconnected() {}

    @Override
    public void changed(PodState pod) {
        PodTrouble trouble = pod.trouble();
        RuntimeSession known = session;
        String ip = pod.ip();
        if (known != null && ip != null) {
            known.telemetry().address(ip);
        }
        if (trouble == null) {
            passing = null;
            group.surroundings().running(this, pod);
            return;
        }
        if (trouble.mayPass()) {
            passing = trouble;
            if (trouble instanceof PodTrouble.Unschedulable && group.isStarting(this)) {
                group.surroundings().noRoom();
            }
            return;
        }
        if (shellLoader && lacksShell(trouble) && group.isStarting(this)) {
            shellLoader = false;
            pooled = false;
            group.surroundings().restart(this);
            return;
        }
        if (pooled && !adopted && group.isStarting(this) && !isOwnFault(trouble)) {
            pooled = false;
            group.surroundings().restart(this);
            return;
        }
        if (group.failedWhileStarting(this, new StartFailure.Pod(trouble))) {
            return;
        }
        group.discardIdle(this);
        RuntimeSession own = session;
        if (own != null) {
            own.lost(trouble.cause());
        }
        if (transport instanceof AutoCloseable way) {
            close(way);
        }
    }

    /// The spare pod was no good, or the function in it isn't.
    private boolean isOwnFault(PodTrouble trouble) {
        RuntimeSession own = session;
        return trouble instanceof PodTrouble.Ended && own != null && own.hasCode();
    }

    /// Tells whether a container could not be started for want of bash.
    static boolean lacksShell(PodTrouble trouble) {
        return trouble instanceof PodTrouble.StartFailed failed
                && failed.message().contains("bash");
    }

    /// An invocation is over and the environment is sound: gives it back once its extensions are done with it too.
    void release() {
        RuntimeSession own = session;
        if (own == null) {
            group.release(this);
        } else {
            own.ending().afterInvocation(() -> group.release(this), () -> group.discard(this));
        }
    }

    /// Has something done when the closed environment's extensions have had their time: at once when there
    /// are none.
    void afterExtensions(Runnable action) {
        RuntimeSession own = session;
        if (own == null) {
            action.run();
        } else {
            own.ending().afterwards(action);
        }
    }

    /// Has something done when the environment, or its first pod, is given up.
    void onClose(Runnable action) {
        closing.add(action);
    }

    /// Ends the session and the connections; a waiting invocation ends as lost.
    void close() {
        for (Runnable action = closing.poll(); action != null; action = closing.poll()) {
            action.run();
        }
        RuntimeSession own = session;
        if (own != null) {
            own.close();
        }
        if (transport instanceof AutoCloseable way && way != own) {
            close(way);
        }
    }

    private static void close(AutoCloseable way) {
        try {
            way.close();
        } catch (Exception e) {
            throw new IllegalStateException("a transport's close must not fail", e);
        }
    }
}
