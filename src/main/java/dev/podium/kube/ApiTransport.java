package dev.podium.kube;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Carries single calls to the API server: connections, TLS and credentials, but no retries except with fresh
/// credentials.
final class ApiTransport implements AutoCloseable {
    private final KubeAccess access;
    private final KubeClientSettings settings;
    private final CredentialSource credentials;
    private final String base;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Connection connection;
    private volatile boolean closed;

    /// Opens nothing yet.
    ApiTransport(KubeAccess access, KubeClientSettings settings) {
        this.access = access;
        this.settings = settings;
        this.credentials = CredentialSource.of(access.credentials(), settings.clock());
        String server = access.server().toString();
        this.base = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    }

    /// Sends one call and waits for the head of its answer.
    ///
    /// @param timeout until the head is there
    /// @param silence longest pause within the body, null for no limit
    /// @throws IOException when there is no answer
    /// @throws KubeException when the credentials or certificates given can't be used
    ApiAnswer open(ApiCall call, Duration timeout, @Nullable Duration silence)
            throws IOException, KubeException, InterruptedException {
        if (closed) {
            throw KubeException.configuration("cannot " + call.what() + ": the client is closed", null);
        }
        Credential credential = credentials.current();
        ApiAnswer answer;
        try {
            answer = send(call, credential, timeout, silence);
        } catch (SSLException e) {
            if (!forgetRotated()) {
                throw e;
            }
            return send(call, credential, timeout, silence);
        }
        if (answer.status() != 401) {
            return answer;
        }
        credentials.rejected(credential);
        Credential fresh = credentials.current();
        if (!forgetRotated() && fresh.equals(credential)) {
            return answer;
        }
        answer.body().close();
        return send(call, fresh, timeout, silence);
    }

    private ApiAnswer send(ApiCall call, Credential credential, Duration timeout, @Nullable Duration silence)
            throws IOException, KubeException, InterruptedException {
        byte[] body = call.body();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(call.target()))
                .version(version(call))
                .timeout(timeout)
                .header("Accept", "application/json")
                .header("User-Agent", settings.userAgent())
                .method(call.method(), body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (credential.authorization() != null) {
            authorize(request, credential.authorization());
        }
        BodyStream stream = new BodyStream(silence);
        HttpResponse<InputStream> response = connection(credential).client().send(request.build(), _ -> stream);
        return new ApiAnswer(response.statusCode(), response.headers(), stream);
    }

    private void authorize(HttpRequest.Builder request, String authorization) throws KubeException {
        try {
            request.header("Authorization", authorization);
        } catch (IllegalArgumentException _) { // its message quotes the value
            throw KubeException.configuration(
                    "the token of " + access.origin() + " holds characters that no token has", null);
        }
    }

    /// HTTP/2 where many calls can share one TLS connection: a new one costs more than the call. Not for
    /// streams, which would take away what a connection can carry at once, and not in plain text, where it
    /// would need an upgrade.
    private HttpClient.Version version(ApiCall call) {
        boolean shares = !call.streams() && "https".equals(access.server().getScheme());
        return shares ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
    }

    /// The URL of a target. With a `tls-server-name` the host becomes an address, since java.net.http would
    /// else ask for the URL's host when it greets the server.
    private URI uri(String target) throws IOException {
        URI uri = URI.create(base + target);
        String host = uri.getHost();
        if (access.tls().serverName() == null || host.startsWith("[") || Character.isDigit(host.charAt(0))) {
            return uri;
        }
        String address = InetAddress.getByName(host).getHostAddress();
        try {
            return new URI(uri.getScheme()
                    + "://"
                    + (address.contains(":") ? "[" + address + "]" : address)
                    + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                    + uri.toString().substring(uri.toString().indexOf('/', "https://".length())));
        } catch (URISyntaxException e) {
            throw new IOException("cannot address " + host, e);
        }
    }

    private Connection connection(Credential credential) throws KubeException {
        Connection current = connection;
        if (current != null && current.serves(credential)) {
            return current;
        }
        lock.lock();
        try {
            current = connection;
            if (current != null && current.serves(credential)) {
                return current;
            }
            Connection fresh = connect(credential);
            if (current != null) {
                current.client().shutdown(); // lets running streams end by themselves
            }
            connection = fresh;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private Connection connect(Credential credential) throws KubeException {
        String stamp = access.tls().stamp();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .proxy(access.proxy() == null ? HttpClient.Builder.NO_PROXY : ProxySelector.of(access.proxy()))
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("kube-http-", 0).factory()));
        if ("https".equals(access.server().getScheme())) {
            TlsContext tls = TlsContext.of(access.tls(), credential, access.origin());
            builder.sslContext(tls.context()).sslParameters(tls.parameters());
        } else {
            builder.sslContext(new PlainContext());
        }
        return new Connection(builder.build(), credential.certificate(), stamp);
    }

    /// Lets the next call make a new connection: over HTTP/2 all would else go on to share one that is dead.
    void forget() {
        lock.lock();
        try {
            Connection current = connection;
            if (current != null) {
                current.client().shutdown(); // lets running streams end by themselves
                connection = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Drops the connections when the certificate files have changed since they were made.
    private boolean forgetRotated() {
        lock.lock();
        try {
            Connection current = connection;
            if (current == null || current.stamp().equals(access.tls().stamp())) {
                return false;
            }
            forget();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Cuts all connections; there are no others after them.
    @Override
    public void close() {
        closed = true;
        Connection current = connection;
        if (current != null) {
            current.client().shutdownNow();
        }
    }

    private record Connection(HttpClient client, @Nullable String certificate, String stamp) {
        boolean serves(Credential credential) {
            return Objects.equals(certificate, credential.certificate());
        }
    }
}
