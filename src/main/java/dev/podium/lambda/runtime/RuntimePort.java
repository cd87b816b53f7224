package dev.podium.lambda.runtime;

import dev.podium.http.wire.VirtualHosts;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHandler;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The port that pods call: the Runtime, Extensions and Telemetry APIs, and what loaders and start scripts
/// need.
///
/// A pod is known by the host name that it calls, `<token>.runtime.internal`; strangers get 403, or 404 below
/// `/podium/`. Where it differs from AWS:
///
/// - a response of more than 6 MiB is taken from the runtime (202 instead of 413), since some clients exit on
///   a 413; the caller gets AWS's error;
/// - streamed responses are passed on as fast as the caller takes them, without AWS's limit of the bandwidth;
/// - extensions have 30 s to register and to ask for their first event, AWS gives an initialisation 10 s;
/// - telemetry reports the `maxMemoryUsedMB` of the invocation before, and 0 where nobody measures it.
public final class RuntimePort implements VirtualHosts, AutoCloseable {
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final String EXTENSION = "/2020-01-01/extension/";
    private static final String PODIUM = "/podium/";
    private static final int TOKEN_LENGTH = 32;
    /// How long a pod without a session is kept waiting for one.
    private static final Duration UNKNOWN = Duration.ofSeconds(1);

    private final RuntimeSettings settings;
    private final Map<String, RuntimeSession> sessions = new ConcurrentHashMap<>();
    /// What other services' pods ask for.
    private final Map<String, WireHandler> others = new ConcurrentHashMap<>();
    private final Deadlines deadlines = new Deadlines();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private @Nullable WireServer server;

    private RuntimePort(RuntimeSettings settings) {
        this.settings = settings;
    }

    /// Opens the port. Do so before any pod is created: no runtime survives a refused connection.
    ///
    /// @throws IOException if the address can't be had
    public static RuntimePort start(RuntimeSettings settings) throws IOException {
        RuntimePort port = new RuntimePort(settings);
        WireSettings wire = new WireSettings(
                "runtime",
                settings.listen(),
                settings.maxConnections(),
                64 << 10,
                200,
                // an answer that is too large is read and dropped
                Math.max(settings.maxResponseBytes(), StreamedResponse.LONGEST) + (64L << 20),
                Duration.ofSeconds(10),
                Duration.ofMinutes(16), // a streaming function may be silent up to its deadline
                Duration.ZERO); // and any function between its /next and its answer
        port.server = WireServer.start(wire, port::handle);
        port.deadlines.start();
        return port;
    }

    /// Makes a token of 128 random bits, 32 hexadecimal digits.
    public static String newToken() {
        byte[] bits = new byte[TOKEN_LENGTH / 2];
        Random.SOURCE.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /// Loads the random source on first use.
    private static final class Random {
        private static final SecureRandom SOURCE = new SecureRandom();
    }

    private WireServer server() {
        WireServer running = server;
        if (running == null) {
            throw new IllegalStateException("the port is not open");
        }
        return running;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /// The address it listens on.
    public InetSocketAddress address() {
        return server().address();
    }

    /// Opens the session of a pod: before the pod is created, and for adopted pods after a restart.
    ///
    /// @param token names the pod in its `AWS_LAMBDA_RUNTIME_API`, 32 hexadecimal digits
    /// @param codeToken gives access to its code, 32 hexadecimal digits
    /// @throws IllegalArgumentException if a token is malformed
    /// @throws IllegalStateException if there is such a session
    public RuntimeSession open(String token, String codeToken, SessionOwner owner) {
        if (!isToken(token) || !isToken(codeToken)) {
            throw new IllegalArgumentException("a token has 32 hexadecimal digits");
        }
        RuntimeSession session = new RuntimeSession(this, token, codeToken, owner, settings);
        if (sessions.putIfAbsent(token, session) != null) {
            throw new IllegalStateException("there is a session of this token");
        }
        lock.lock();
        try {
            opened.signalAll();
        } finally {
            lock.unlock();
        }
        return session;
    }

    /// The session of a pod that asks for its server: after a restart the server opens it when it has listed
    /// its pods.
    private @Nullable RuntimeSession awaited(String token) throws InterruptedException {
        long left = UNKNOWN.toNanos();
        lock.lock();
        try {
            while (!sessions.containsKey(token) && left > 0) {
                left = opened.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return sessions.get(token);
    }

    /// Opens the session of a pod that brings its own code (a function from an image).
    public RuntimeSession open(String token, SessionOwner owner) {
        return open(token, newToken(), owner);
    }

    private static boolean isToken(String token) {
        return token.length() == TOKEN_LENGTH
                && token.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    @Override
    public void serve(String token, WireHandler handler) {
        if (!isToken(token)) {
            throw new IllegalArgumentException("a token has 32 hexadecimal digits");
        }
        others.put(token, handler);
    }

    @Override
    public void forget(String token) {
        others.remove(token);
        server().unalias(token + DOMAIN);
    }

    void forget(RuntimeSession session) {
        sessions.remove(session.token(), session);
        server().unalias(session.token() + DOMAIN);
    }

    /// Where a process on this host finds what a pod knows as `<token>.runtime.internal:9001`: a loopback
    /// port whose requests count as sent to that name. Any other name is given back as it is.
    public String resolve(String hostPort) {
        String token = token(hostPort);
        if (token == null || !(sessions.containsKey(token) || others.containsKey(token))) {
            return hostPort;
        }
        try {
            InetSocketAddress alias = server().alias(token + DOMAIN);
            return alias.getAddress().getHostAddress() + ":" + alias.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String token(String host) {
        if (host.length() < TOKEN_LENGTH + DOMAIN.length() || !host.startsWith(DOMAIN, TOKEN_LENGTH)) {
            return null;
        }
        int end = TOKEN_LENGTH + DOMAIN.length();
        boolean whole = host.length() == end || host.charAt(end) == ':';
        return whole ? host.substring(0, TOKEN_LENGTH) : null;
    }

    private void handle(WireExchange x) throws IOException, InterruptedException {
        String token = token(x.host());
        RuntimeSession session = token == null ? null : sessions.get(token);
        WireHandler other = session == null && token != null ? others.get(token) : null;
        if (other != null) {
            other.handle(x);
            return;
        }
        String path = x.rawPath();
        if (path.startsWith(PODIUM)) {
            RuntimeSession known = session == null && token != null ? awaited(token) : session;
            if (known == null) {
                RuntimeAnswers.notFound(x);
            } else {
                PodApi.handle(known, x, path.substring(PODIUM.length()));
            }
        } else if (session == null) {
            RuntimeAnswers.forbidden(x);
        } else if (path.startsWith(RUNTIME)) {
            RuntimeApi.handle(session, x, path.substring(RUNTIME.length()));
        } else if (path.startsWith(EXTENSION)) {
            ExtensionsApi.handle(session, x, path.substring(EXTENSION.length()));
        } else if (x.method().equals("PUT") && TelemetryApi.handles(path)) {
            TelemetryApi.handle(session, x);
        } else {
            RuntimeAnswers.notFound(x);
        }
    }

    /// Closes the port and every connection. Runtimes end then, and start scripts wait for the server to come
    /// back.
    @Override
    public void close() {
        server().close();
        deadlines.close();
    }
}
