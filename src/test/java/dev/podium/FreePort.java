package dev.podium;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;

/// Ports for servers that a test starts later, or never.
///
/// They lie below those that the system gives to outgoing connections and to whoever asks for any port, so that
/// none of these takes one meanwhile. No port is given twice.
@NullMarked
public final class FreePort {
    /// The first of them.
    public static final int FIRST = 20_000;

    /// The last of them.
    public static final int LAST = 29_999;

    private static final int COUNT = LAST - FIRST + 1;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePort() {}

    /// A port of the loopback address that nobody listens on.
    public static int next() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                continue; // somebody has it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
