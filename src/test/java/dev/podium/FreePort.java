package dev.podium;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
        return next(InetAddress.getLoopbackAddress(), 1);
    }

    /// The first of some ports in a row that nobody listens on at an address.
    public static int next(InetAddress address, int count) {
        for (int tries = 0; tries < COUNT; tries++) {
            int first = FIRST + Math.floorMod(NEXT.getAndAdd(count), COUNT - count + 1);
            if (IntStream.range(first, first + count).allMatch(port -> isFree(address, port))) {
                return first;
            }
        }
        throw new IllegalStateException("no port is free at " + address);
    }

    private static boolean isFree(InetAddress address, int port) {
        try (ServerSocket free = new ServerSocket(port, 1, address)) {
            return free.isBound();
        } catch (IOException e) {
            return false; // somebody has it
        }
    }
}
