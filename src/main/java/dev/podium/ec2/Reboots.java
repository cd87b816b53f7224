package dev.podium.ec2;

import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Reboots within the pod: the first process of each instance asks for its next one, and is answered when
/// somebody wants it. So an instance keeps its address and its files, as on AWS, and Podium needs no further
/// permission. The image has to have something to ask with.
final class Reboots {
    /// Where instances ask, below their host names.
    static final String PATH = "/podium/reboot";

    /// An instance may just have begun, or come back to a server that was away, on a busy node: another pod would
    /// cost it its files.
    private static final long LISTENS_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long PAUSE_MILLIS = 50;

    private final Map<String, WireExchange> waiting = new ConcurrentHashMap<>();

    /// Takes an instance's question; it is answered by [#tell].
    void listen(String key, WireExchange x) {
        waiting.put(key, x);
        x.onDisconnect(() -> waiting.remove(key, x));
    }

    /// Has an instance reboot.
    ///
    /// @return false when nobody there listens
    boolean tell(String key) throws InterruptedException {
        long end = System.nanoTime() + LISTENS_NANOS;
        while (true) {
            WireExchange x = waiting.remove(key);
            if (x != null && answered(x)) {
                return true;
            }
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static boolean answered(WireExchange x) {
        try {
            x.respond(
                    200,
                    WireHeaders.of("Content-Type", "text/plain"),
                    "rebooting\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException e) {
            // It has gone meanwhile; the next one may come.
            return false;
        }
    }
}
