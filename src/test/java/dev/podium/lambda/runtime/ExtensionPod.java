package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.RawConnection.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// A runtime port with one session, and what happens in its pod as raw requests.
@NullMarked
final class ExtensionPod implements AutoCloseable {
    private static final String API = "/2020-01-01/extension/";

    final TestOwner owner = new TestOwner();
    final RuntimePort port;
    final RuntimeSession session;
    final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final List<RawConnection> connections = new ArrayList<>();
    private final String host;
    private final RawConnection runtime;

    ExtensionPod() throws IOException {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        port = RuntimePort.start(new RuntimeSettings(any, 100, 1000, Duration.ofMillis(300)));
        session = port.open(RuntimePort.newToken(), RuntimePort.newToken(), owner);
        host = session.token() + ".runtime.internal:9001";
        runtime = connect();
        session.describe(new FunctionFacts("000000000000", "f", "7", "a.b", 256, "on-demand", false));
        session.assign(new Assignment(null, List.of(), Map.of(), Assignment.Start.ENTRYPOINT));
    }

    RawConnection connect() throws IOException {
        RawConnection connection = new RawConnection(port.address());
        connections.add(connection);
        return connection;
    }

    /// A call with headers, given as `Name: value` lines.
    Answer call(String method, String path, String body, String... headers) throws IOException {
        return send(connect(), method, path, body, headers).answer();
    }

    RawConnection send(RawConnection connection, String method, String path, String body, String... headers)
            throws IOException {
        StringBuilder all = new StringBuilder();
        for (String header : headers) {
            all.append(header).append("\r\n");
        }
        return connection.send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + all + "Content-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    /// What the start script calls.
    Answer script(String method, String what) throws IOException {
        return call(method, "/podium/" + session.codeToken() + "/" + what, "");
    }

    /// Registers.
    Answer register(String name, String body) throws IOException {
        return call(
                "POST",
                API + "register",
                body,
                "Lambda-Extension-Name: " + name,
                "Lambda-Extension-Accept-Feature: accountId");
    }

    /// An extension that registered.
    final class Member {
        final String id;
        private final RawConnection connection;

        Member(String name, String events) throws IOException {
            Answer answer = register(name, "{\"events\":[" + events + "]}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            id = answer.header("Lambda-Extension-Identifier");
            connection = connect();
        }

        /// Asks for the next event, without waiting for it.
        void ask() throws IOException {
            send(connection, "GET", API + "event/next", "", "Lambda-Extension-Identifier: " + id);
        }

        /// The event that it asked for.
        Answer event() throws IOException {
            return connection.answer();
        }

        /// Reports a failure.
        Answer fails(String when, String type) throws IOException {
            return call(
                    "POST",
                    API + when + "/error",
                    "{}",
                    "Lambda-Extension-Identifier: " + id,
                    "Lambda-Extension-Function-Error-Type: " + type);
        }

        /// Reports a failure, and its process ends at once: the server waits half a second for that.
        Answer failsAndEnds(String when, String type, int status) throws IOException {
            RawConnection both = connect();
            String ends = "POST /podium/" + session.codeToken() + "/extension?run=1&name=tool&status=" + status
                    + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n";
            both.send("POST " + API + when + "/error HTTP/1.1\r\nHost: " + host + "\r\nLambda-Extension-Identifier: "
                    + id + "\r\nLambda-Extension-Function-Error-Type: " + type
                    + "\r\nContent-Length: 2\r\n\r\n{}" + ends);
            Answer answer = both.answer();
            assertThat(both.answer().status()).isEqualTo(200);
            return answer;
        }

        /// Subscribes to telemetry.
        Answer subscribe(String path, String body) throws IOException {
            return call("PUT", path, body, "Lambda-Extension-Identifier: " + id);
        }
    }

    /// The runtime asks for an event.
    void runtimeAsks() throws IOException {
        send(runtime, "GET", "/2018-06-01/runtime/invocation/next", "");
    }

    /// The runtime takes the event that it asked for.
    Answer runtimeTakes() throws IOException {
        return runtime.answer();
    }

    /// The runtime answers an invocation.
    void runtimeAnswers(String id) throws IOException {
        assertThat(runtimeTries(id)).isEqualTo(202);
    }

    /// The runtime answers an invocation whose time may be over.
    ///
    /// @return the status that it gets
    int runtimeTries(String id) throws IOException {
        send(runtime, "POST", "/2018-06-01/runtime/invocation/" + id + "/response", "\"done\"");
        return runtime.answer().status();
    }

    /// Hands an event over, on a thread of its own.
    void invoke(String id, Duration timeout) {
        Event event = new Event(
                id,
                "{}".getBytes(UTF_8),
                "arn:aws:lambda:us-east-1:000000000000:function:f",
                System.currentTimeMillis() + timeout.toMillis(),
                "Root=1-2-3",
                null,
                null,
                null);
        Thread.ofVirtual().start(() -> {
            try {
                outcomes.add(session.invoke(event, System.nanoTime() + timeout.toNanos()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    Outcome outcome() throws InterruptedException {
        return Objects.requireNonNull(outcomes.poll(60, TimeUnit.SECONDS), "no outcome");
    }

    /// What the session told its owner next; null if it says nothing for a minute.
    @Nullable
    String told() throws InterruptedException {
        return owner.told.poll(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
        }
        port.close();
    }
}
