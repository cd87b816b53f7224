package dev.podium.http.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;

/// One end of a tunnel: bytes both ways, whatever they mean.
public final class WireEnd implements Closeable {
    private static final System.Logger LOG = System.getLogger(WireEnd.class.getName());
    private static final int PART = 16 << 10;

    private final Socket socket;
    private final WireInput input;
    private final OutputStream output;
    private final Runnable onClose;

    WireEnd(Socket socket, WireInput input, OutputStream output, Runnable onClose) {
        this.socket = socket;
        this.input = input;
        this.output = output;
        this.onClose = onClose;
    }

    /// The end of a plain connection.
    public static WireEnd of(Socket socket) throws IOException {
        return new WireEnd(socket, new WireInput(socket, PART, null), socket.getOutputStream(), () -> {});
    }

    /// Sends bytes at once.
    public void write(byte[] bytes) throws IOException {
        output.write(bytes);
    }

    /// Passes bytes both ways until both sides have ended, one of them fails, or neither says
    /// anything for a while. When one side ends, the other is told and may go on. Closes both.
    ///
    /// @param name goes into the name of the second thread
    /// @param idle how long both may be silent
    public static void join(WireEnd a, WireEnd b, String name, Watchdog watchdog, Duration idle)
            throws InterruptedException {
        try (a;
                b;
                Watchdog.Alarm alarm = watchdog.watch(() -> {
                    a.close();
                    b.close();
                })) {
            alarm.set(idle.toNanos());
            Thread back = Thread.ofVirtual().name(name).start(() -> pass(b, a, alarm, idle));
            pass(a, b, alarm, idle);
            back.join();
        }
    }

    private static void pass(WireEnd from, WireEnd to, Watchdog.Alarm alarm, Duration idle) {
        byte[] part = new byte[PART];
        try {
            from.input.timeout(0);
            for (int n = from.input.read(part, 0, PART); n >= 0; n = from.input.read(part, 0, PART)) {
                alarm.set(idle.toNanos());
                to.output.write(part, 0, n);
            }
            to.finish();
        } catch (IOException e) {
            LOG.log(Level.TRACE, "tunnel ended cause={0}", e.getMessage());
            from.close();
            to.close();
        }
    }

    private void finish() throws IOException {
        output.flush();
        socket.shutdownOutput();
    }

    @Override
    public void close() {
        Connections.close(socket);
        onClose.run();
    }
}
