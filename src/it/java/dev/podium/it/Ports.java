package dev.podium.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports that other processes are told to listen at, and that stay free while nobody does: a server that is down for a
/// while has its own again.
///
/// The kernel gives none of these to a connection or to a listener that asks for any port, as it does with those from
/// 32768 on.
final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 9_000;

    // Other runs on this machine begin elsewhere.
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private Ports() {}

    /// A port that nobody has, and nobody else is given.
    static int free(InetAddress address) {
        return free(address, 1);
    }

    /// The first of some ports in a row.
    static int free(InetAddress address, int count) {
        for (int tries = 0; tries < COUNT; tries++) {
            int first = FIRST + Math.floorMod(NEXT.getAndAdd(count), COUNT);
            boolean free = true;
            for (int i = 0; i < count; i++) {
                free &= isFree(address, first + i);
            }
            if (free) {
                return first;
            }
        }
        throw new IllegalStateException("no port is free at " + address);
    }

    private static boolean isFree(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
