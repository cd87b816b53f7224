package dev.podium.lambda.runtime;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A session's code: requests for it are parked until the pod has its function.
final class CodeDelivery {
    private static final System.Logger LOG = System.getLogger(CodeDelivery.class.getName());
    private static final WireHeaders HEADERS = WireHeaders.of("Content-Type", "application/octet-stream");
    private static final int MAX_PARKED = 8;

    private final SessionOwner owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<WireExchange> parked = new ArrayList<>(1); // under the lock
    private volatile @Nullable Assignment assignment;
    private volatile boolean served;
    private volatile boolean closed;

    CodeDelivery(SessionOwner owner) {
        this.owner = owner;
    }

    /// Gives the pod its function; parked requests are answered by threads of their own.
    void assign(Assignment fresh) {
        List<WireExchange> waiting;
        lock.lock();
        try {
            if (assignment != null) {
                throw new IllegalStateException("the session has its function");
            }
            assignment = fresh;
            waiting = List.copyOf(parked);
            parked.clear();
        } finally {
            lock.unlock();
        }
        for (WireExchange x : waiting) {
            Thread.ofVirtual().name("podium-code").start(() -> send(fresh, x));
        }
    }

    /// Tells whether the pod has its function from here.
    boolean isAssigned() {
        return assignment != null;
    }

    /// Tells whether the code was asked for and sent in this server's life.
    boolean isServed() {
        return served;
    }

    /// `GET /podium/<token>/code`.
    void request(WireExchange x) throws IOException {
        Assignment ready;
        boolean waits = false;
        lock.lock();
        try {
            ready = assignment;
            if (ready == null) {
                parked.removeIf(WireExchange::isDisconnected);
                if (parked.size() < MAX_PARKED && !closed) {
                    parked.add(x);
                    waits = true;
                }
            }
        } finally {
            lock.unlock();
        }
        if (waits) {
            owner.awaitsCode(!"script".equals(x.parameter("format")));
        } else if (ready == null) {
            RuntimeAnswers.forbidden(x);
        } else {
            send(ready, x);
        }
    }

    private void send(Assignment ready, WireExchange x) {
        served = true; // before its last byte: a runtime may end the moment it has it
        try (OutputStream out = new BufferedOutputStream(x.stream(200, HEADERS), 32 << 10)) {
            boolean sent = false;
            try {
                if ("script".equals(x.parameter("format"))) {
                    CodeArchive.writeScript(ready, out);
                } else {
                    CodeArchive.writeTar(ready, out);
                }
                out.flush();
                sent = true;
            } finally {
                if (!sent) {
                    x.abort(); // the pod sees a cut answer and asks again
                }
            }
        } catch (IOException | RuntimeException e) {
            x.abort();
            LOG.log(Level.WARNING, "code not delivered cause={0}", e.toString());
        }
    }

    void close() {
        List<WireExchange> waiting;
        lock.lock();
        try {
            closed = true;
            waiting = List.copyOf(parked);
            parked.clear();
        } finally {
            lock.unlock();
        }
        waiting.forEach(WireExchange::abort);
    }
}
