package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// Prints how long the warm path takes: an invocation, the parked `/next`, a bare client on a socket (or, with the
/// argument `python`, Amazon's client for Python from `target/it-awslambdaric`), its answer.
@NullMarked
public final class WarmPathBench {
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 20_000;

    private WarmPathBench() {}

    /// Runs it.
    public static void main(String[] args) throws Exception {
        RuntimePort port = RuntimePort.start(
                RuntimeSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        RuntimeSession session = port.open(RuntimePort.newToken(), new TestOwner());
        boolean python = List.of(args).contains("python");
        Process process = python ? python(port, session) : null;
        if (process == null) {
            Thread.ofPlatform().daemon().start(() -> client(port.address(), session.token() + ".runtime.internal"));
        }
        Thread invoker = Thread.ofVirtual().start(() -> measure(session));
        invoker.join();
        session.close();
        port.close();
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private static Process python(RuntimePort port, RuntimeSession session) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "/usr/bin/python3",
                "-c",
                "import sys; sys.path.insert(0, 'target'); open('target/echo.py','w').write('def h(e, c): return e');"
                        + "from awslambdaric import __main__ as m; m.main(['', 'echo.h'])");
        builder.environment()
                .putAll(Map.of(
                        "AWS_LAMBDA_RUNTIME_API",
                        port.resolve(session.token() + ".runtime.internal:9001"),
                        "PYTHONPATH",
                        "target/it-awslambdaric:target",
                        "LAMBDA_TASK_ROOT",
                        "target",
                        "AWS_LAMBDA_FUNCTION_NAME",
                        "echo"));
        return builder.inheritIO().start();
    }

    private static void measure(RuntimeSession session) {
        try {
            byte[] payload = "{\"hello\":\"world\"}".getBytes(UTF_8);
            long[] nanos = new long[ROUNDS];
            for (int i = -WARM_UP; i < ROUNDS; i++) {
                String id = "8476a536-e9f4-11e8-9739-" + (200_000_000_000L + i);
                Event event = Event.of(id, payload, "arn:aws:lambda:us-east-1:000000000000:function:echo", 1L << 41);
                long start = System.nanoTime();
                Outcome outcome = session.invoke(event, start + Duration.ofSeconds(10).toNanos());
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - start;
                }
                if (!(outcome instanceof Outcome.Success)) {
                    throw new IllegalStateException(outcome.toString());
                }
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "warm path: p50 %.3f ms, p99 %.3f ms, %,.0f/s%n",
                    nanos[ROUNDS / 2] / 1e6,
                    nanos[ROUNDS * 99 / 100] / 1e6,
                    ROUNDS / (Arrays.stream(nanos).sum() / 1e9));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void client(InetSocketAddress address, String host) {
        byte[] next = ("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(UTF_8);
        byte[] buffer = new byte[8192];
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            while (true) {
                out.write(next);
                int length = in.read(buffer);
                if (length < 0) {
                    return;
                }
                String head = new String(buffer, 0, length, UTF_8);
                int id = head.indexOf("Request-Id: ") + 12;
                out.write(("POST /2018-06-01/runtime/invocation/" + head.substring(id, id + 36)
                                + "/response HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 2\r\n\r\n{}")
                        .getBytes(UTF_8));
                if (in.read(buffer) < 0) {
                    return;
                }
            }
        } catch (java.io.IOException e) {
            return; // the bench is over
        }
    }
}
