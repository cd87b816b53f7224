package dev.podium;

import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;

/// An upstream that notes what it is sent and answers with the status that the test chose.
@NullMarked
public final class RecordingServer implements AutoCloseable {
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Listener listener;
    private volatile int status = 200;

    /// A request and its body.
    public record Call(Request request, String body) {
        /// One of its headers.
        public String header(String name) {
            return request.headers().first(name, "");
        }
    }

    private RecordingServer() throws IOException {
        this.listener = Listener.start(ListenerSettings.defaults(), this::handle);
    }

    /// Starts one.
    public static RecordingServer start() throws IOException {
        return new RecordingServer();
    }

    private Response handle(Request request) throws IOException {
        calls.add(new Call(request, new String(request.bytes(1 << 20), StandardCharsets.UTF_8)));
        return Response.json(status, "{}".getBytes(StandardCharsets.UTF_8));
    }

    /// Its base URL.
    public URI url() {
        return URI.create("http://127.0.0.1:" + listener.address().getPort());
    }

    /// What it answers from now on.
    public void answer(int newStatus) {
        status = newStatus;
    }

    /// What it was sent whose body holds the text.
    public List<Call> calls(String text) {
        return calls.stream().filter(call -> call.body().contains(text)).toList();
    }

    @Override
    public void close() {
        listener.close();
    }
}
