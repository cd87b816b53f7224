package dev.podium.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// An HTTP/1.1 port: one virtual thread per request, over the JDK's `HttpServer`, of which this is the only user.
///
/// Request line and headers are limited to 64 KiB (431 beyond that) and 200 lines, and must have arrived within
/// 5 minutes; bodies are limited by the settings, and may be silent for as long at a time. `Expect: 100-continue`
/// is answered at once.
public final class Listener implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Listener.class.getName());

    private static final int LONGEST_HEADERS = 64 << 10;
    private static final Duration SETTLE = Duration.ofMillis(50);

    static {
        // The JDK reads these once, when the first server is made.
        setDefault("sun.net.httpserver.nodelay", "true");
        setDefault("sun.net.httpserver.maxIdleConnections", "10000");
        setDefault("sun.net.httpserver.idleInterval", "300");
        // More than we accept: what lies between gets an answer, what is beyond a closed connection.
        setDefault("sun.net.httpserver.maxReqHeaderSize", Integer.toString(512 << 10));
        // So that a client which sends a rejected body to its end can still read the answer.
        setDefault("sun.net.httpserver.drainAmount", Integer.toString(128 << 20));
        setDefault("jdk.httpserver.maxConnections", "20000");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Patience patience;
    private final ListenerSettings settings;
    private final Handler handler;
    private final AtomicInteger running = new AtomicInteger();

    private Listener(
            HttpServer server, ExecutorService threads, Patience patience, ListenerSettings settings, Handler handler) {
        this.server = server;
        this.threads = threads;
        this.patience = patience;
        this.settings = settings;
        this.handler = handler;
    }

    /// Opens the port and answers requests by the handler from now on.
    ///
    /// @throws IOException if the address can't be bound; its message names the address
    public static Listener start(ListenerSettings settings, Handler handler) throws IOException {
        HttpServer server = bind(settings.address());
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(settings.name() + "-http-", 0).factory());
        Patience patience = Patience.start(settings.patience(), settings.name());
        Listener listener = new Listener(server, threads, patience, settings, handler);
        server.setExecutor(exchange -> threads.execute(() -> patience.exchange(exchange)));
        server.createContext("/", listener::serve);
        server.start();
        return listener;
    }

    private static HttpServer bind(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, 1024);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /// Where it listens, with the port that was taken.
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /// Stops accepting connections, waits until the running exchanges are answered, at most the grace, and cuts
    /// the rest.
    @Override
    public void close() {
        Duration grace = settings.stopGrace();
        // The JDK's server forgets to count exchanges whose client went away, and would then always wait to the end of
        // its delay: so it waits in a thread of its own, and is woken when our own count says that all is answered.
        Thread stop = Thread.ofVirtual()
                .name(settings.name() + "-http-stop")
                .start(() -> server.stop(
                        (int) Math.min(Integer.MAX_VALUE, grace.plusMillis(999).toSeconds())));
        try {
            long end = System.nanoTime() + grace.toNanos();
            boolean idle = false;
            while (!stop.join(SETTLE)) {
                boolean idleNow = running.get() == 0;
                if ((idle && idleNow) || System.nanoTime() > end) {
                    break;
                }
                idle = idleNow;
            }
            stop.interrupt();
            stop.join();
        } catch (InterruptedException e) {
            stop.interrupt();
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        patience.close();
    }

    /// Throwing from here cuts the connection, which is the only right end for a response that was begun and not
    /// finished: closing the exchange would complete a chunked body.
    private void serve(HttpExchange exchange) throws IOException {
        running.incrementAndGet();
        Patience.Reading reading = patience.reading();
        try {
            if (reading.end()) {
                throw new IOException("the request's head came too late");
            }
            RequestBody body = new RequestBody(exchange.getRequestBody(), settings.maxBody(), reading);
            Request request = request(exchange, body);
            Response response = headerLength(request) > LONGEST_HEADERS
                    ? text(431, "request line and headers larger than " + LONGEST_HEADERS + " bytes")
                    : answer(handler, request);
            if (body.broken()) {
                exchange.getResponseHeaders().set("Connection", "close");
            }
            if (!(response.body() instanceof Body.Stream)) {
                reading.begin();
            }
            send(exchange, response);
            // Takes in what is left of the request.
            reading.begin();
            exchange.getResponseBody().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (IOException e) {
            LOG.log(
                    Level.DEBUG,
                    () -> "client went away path=" + exchange.getRequestURI().getRawPath() + " cause=" + e);
            throw e;
        } catch (RuntimeException | Error e) {
            LOG.log(
                    Level.ERROR,
                    () -> "response failed path=" + exchange.getRequestURI().getRawPath(),
                    e);
            throw new IOException(e);
        } finally {
            reading.end();
            running.decrementAndGet();
        }
    }

    private static Response answer(Handler handler, Request request) throws InterruptedException {
        try {
            return handler.handle(request);
        } catch (InterruptedException e) {
            throw e;
        } catch (BodyTooLarge e) {
            return text(413, "request body too large");
        } catch (BodyCutOff e) {
            return text(400, "request body ended early");
        } catch (Exception | Error e) {
            LOG.log(Level.ERROR, "handler failed method=" + request.method() + " path=" + request.rawPath(), e);
            return text(500, "internal error");
        }
    }

    private static int headerLength(Request request) {
        String query = request.rawQuery();
        return request.headers().length() + request.rawPath().length() + (query == null ? 0 : query.length());
    }

    private static Request request(HttpExchange exchange, RequestBody body) {
        String path = exchange.getRequestURI().getRawPath();
        return new Request(
                exchange.getRequestMethod(),
                path == null || path.isEmpty() ? "/" : path,
                exchange.getRequestURI().getRawQuery(),
                Headers.wrap(exchange.getRequestHeaders()),
                body,
                contentLength(exchange.getRequestHeaders()),
                exchange.getRemoteAddress());
    }

    private static long contentLength(com.sun.net.httpserver.Headers headers) {
        // The server has checked that the number is valid and that there are not both.
        String length = headers.getFirst("Content-length");
        if (length != null) {
            return Long.parseLong(length);
        }
        return headers.containsKey("Transfer-encoding") ? -1 : 0;
    }

    private static void send(HttpExchange exchange, Response response) throws IOException, InterruptedException {
        com.sun.net.httpserver.Headers out = exchange.getResponseHeaders();
        response.headers().forEach(out::add);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        // No pattern switch: the first answer passes here, and the JDK takes long to build one.
        if (response.body() instanceof Body.Bytes(byte[] bytes)) {
            if (head || bytes.length == 0) {
                headers(exchange, response, bytes.length);
            } else {
                exchange.sendResponseHeaders(response.status(), bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        } else if (response.body() instanceof Body.Stream(long length, Body.StreamWriter writer)) {
            if (head || length == 0) {
                writer.abandoned();
                headers(exchange, response, length);
            } else {
                begin(exchange, response.status(), length < 0 ? 0 : length, writer);
                writer.writeTo(exchange.getResponseBody());
            }
        } else {
            exchange.sendResponseHeaders(response.status(), -1);
        }
    }

    private static void begin(HttpExchange exchange, int status, long length, Body.StreamWriter writer)
            throws IOException {
        boolean begun = false;
        try {
            exchange.sendResponseHeaders(status, length);
            begun = true;
        } finally {
            if (!begun) {
                writer.abandoned();
            }
        }
    }

    private static void headers(HttpExchange exchange, Response response, long length) throws IOException {
        if (length >= 0) {
            exchange.getResponseHeaders().set("Content-length", Long.toString(length));
        }
        exchange.sendResponseHeaders(response.status(), -1);
    }

    private static Response text(int status, String message) {
        return Response.bytes(status, "text/plain; charset=utf-8", message.getBytes(StandardCharsets.UTF_8));
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
