package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.FunctionError;
import dev.podium.lambda.runtime.RuntimeExit;
import dev.podium.lambda.runtime.RuntimeSession;
import dev.podium.lambda.runtime.SessionOwner;
import dev.podium.pods.PodListener;
import dev.podium.pods.PodState;
import dev.podium.pods.PodTrouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A generic pod that waits for a function. Once an environment has taken it, it only passes on what it hears.
final class SparePod implements SessionOwner, PodListener {
    /// What spare pods tell while nobody has taken them.
    interface Keeper {
        /// The pod asks for its code.
        void waiting(SparePod spare);

        /// The pod is of no use.
        ///
        /// @param noShell whether that is because its image has no shell
        void useless(SparePod spare, String why, boolean noShell, boolean noRoom);
    }

    final PodShape shape;
    final long bornNanos = System.nanoTime();
    /// Whether an earlier run of this server made it.
    final boolean adopted;

    private final Keeper keeper;
    private volatile @Nullable Environment taken;
    private volatile @Nullable RuntimeSession session;
    private volatile @Nullable String podName;
    private volatile boolean waiting;
    private volatile boolean tar;
    private volatile boolean useless;

    SparePod(PodShape shape, boolean adopted, Keeper keeper) {
        this.shape = shape;
        this.adopted = adopted;
        this.keeper = keeper;
    }

    /// The session that the pod will have had from its beginning.
    void session(RuntimeSession opened) {
        session = opened;
    }

    /// Its session.
    RuntimeSession session() {
        RuntimeSession own = session;
        if (own == null) {
            throw new IllegalStateException("the spare pod has no session yet");
        }
        return own;
    }

    /// Ends its session, if it had one.
    void close() {
        RuntimeSession own = session;
        if (own != null) {
            own.close();
        }
    }

    @Nullable
    String podName() {
        return podName;
    }

    void podName(String name) {
        podName = name;
    }

    /// Whether it has asked for its code.
    boolean isWaiting() {
        return waiting;
    }

    /// Whether its loader has tar, and so takes archives of any size.
    boolean hasTar() {
        return tar;
    }

    boolean isUseless() {
        return useless;
    }

    /// One that an earlier server made counts only when it asks for code: else it may have some.
    boolean canServe() {
        return !useless && podName != null && (waiting || !adopted);
    }

    /// Makes it an environment's pod.
    void take(Environment environment) {
        taken = environment;
    }

    @Override
    public void awaitsCode(boolean asTar) {
        tar = asTar;
        waiting = true;
        if (taken == null) {
            keeper.waiting(this);
        }
    }

    @Override
    public void ready() {
        passOn(Environment::ready);
    }

    @Override
    public void initError(FunctionError error) {
        passOn(environment -> environment.initError(error));
    }

    @Override
    public void exited(RuntimeExit exit) {
        passOn(environment -> environment.exited(exit));
    }

    /// Tells the environment what its runtime does: a spare pod has none yet.
    private void passOn(Consumer<Environment> news) {
        Environment environment = taken;
        if (environment != null) {
            news.accept(environment);
        } else {
            discard("it runs a function already", false, false);
        }
    }

    @Override
    public void disconnected() {}

    @Override
    public void changed(PodState pod) {
        Environment environment = taken;
        if (environment != null) {
            environment.changed(pod);
            return;
        }
        RuntimeSession own = session;
        String ip = pod.ip();
        if (own != null && ip != null) {
            own.telemetry().address(ip);
        }
        PodTrouble trouble = pod.trouble();
        boolean noRoom = trouble instanceof PodTrouble.Unschedulable;
        if (trouble != null && (noRoom || !trouble.mayPass())) {
            discard(trouble.cause(), shape.shell() && Environment.lacksShell(trouble), noRoom);
            Environment meanwhile = taken;
            if (meanwhile != null) {
                meanwhile.changed(pod);
            }
        }
    }

    private void discard(String why, boolean noShell, boolean noRoom) {
        useless = true;
        keeper.useless(this, why, noShell, noRoom);
    }
}
