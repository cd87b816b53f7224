package dev.podium.aws;

import dev.podium.codec.Form;
import dev.podium.http.Body;
import dev.podium.http.Headers;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Another endpoint of the AWS APIs: callers' requests are passed on as they are, in both directions as
/// they flow;
/// Podium's own are signed.
public final class HttpUpstream implements Upstream, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration OWN_CALL_TIMEOUT = Duration.ofSeconds(30);
    /// Until an answer to a caller's request begins: no operation of AWS takes longer.
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(16);
    /// What every request that passes is marked with, so that one that comes back is known.
    private static final String VIA = "Via";
    /// GetRecords of Kinesis gives 10 MiB, as base64 in JSON.
    private static final int LARGEST_OWN_ANSWER = 16 << 20;
    /// Of one connection, and what the client writes itself.
    private static final Set<String> HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "content-length",
            "date",
            "http2-settings");
    private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";

    private final URI base;
    private final String accessKeyId;
    private final String secretAccessKey;
    private final Clock clock;
    private final Duration answerTimeout;
    private final String mark =
            "1.1 podium-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable HttpClient client;

    /// Connects to nothing yet.
    ///
    /// @param base scheme, host and port, perhaps with a path
    /// @param accessKeyId signs Podium's own requests
    public HttpUpstream(URI base, String accessKeyId, String secretAccessKey, Clock clock) {
        this(base, accessKeyId, secretAccessKey, clock, ANSWER_TIMEOUT);
    }

    /// @param answerTimeout until an answer to a caller's request begins
    HttpUpstream(URI base, String accessKeyId, String secretAccessKey, Clock clock, Duration answerTimeout) {
        String text = base.toString();
        this.base = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : base;
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
        this.clock = clock;
        this.answerTimeout = answerTimeout;
    }

    /// Its URL, without a slash at the end.
    public URI base() {
        return base;
    }

    /// Made with the first request: it takes a while.
    private HttpClient client() {
        HttpClient made = client;
        if (made != null) {
            return made;
        }
        lock.lock();
        try {
            HttpClient now = client;
            if (now == null) {
                now = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
                client = now;
            }
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Response forward(Request request, String service) throws IOException, InterruptedException {
        if (request.headers().all(VIA).stream().anyMatch(via -> via.contains(mark))) {
            throw Fault.of(
                    Fault.Kind.NOT_SUPPORTED,
                    "The service " + service + " is not supported by Podium, and PODIUM_UPSTREAM_URL leads back to it:"
                            + " let it name another endpoint");
        }
        String query = request.rawQuery();
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create(base + request.rawPath() + (query == null ? "" : "?" + query)))
                .timeout(answerTimeout)
                .header(VIA, mark);
        builder.method(request.method(), publisher(request));
        request.headers().forEach((name, value) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                pass(builder, name, value);
            }
        });
        HttpResponse<InputStream> response = client().send(builder.build(), BodyHandlers.ofInputStream());
        Headers.Builder headers = Headers.builder();
        response.headers().map().forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> headers.add(name, value));
            }
        });
        int status = response.statusCode();
        if (status == 204 || status == 304 || request.method().equals("HEAD")) {
            response.body().close();
            return new Response(status, headers.build(), Response.of(status).body());
        }
        long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        return new Response(status, headers.build(), new Body.Stream(length, out -> flow(response.body(), out)));
    }

    /// A signature covers the host, so the caller's goes along; the JDK has to have been told to allow
    /// that.
    private static void pass(HttpRequest.Builder builder, String name, String value) {
        try {
            builder.header(name, value);
        } catch (IllegalArgumentException e) {
            if (!name.equalsIgnoreCase("host")) {
                throw e;
            }
        }
    }

    private static BodyPublisher publisher(Request request) {
        if (request.contentLength() == 0) {
            return BodyPublishers.noBody();
        }
        BodyPublisher stream = BodyPublishers.ofInputStream(request::body);
        return request.contentLength() < 0 ? stream : BodyPublishers.fromPublisher(stream, request.contentLength());
    }

    private static void flow(InputStream from, OutputStream out) throws IOException {
        try (InputStream in = from) {
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    /// An error that the upstream answered.
    public static final class Refused extends IOException {
        private static final long serialVersionUID = 1;
        private static final Pattern CODE =
                Pattern.compile("\"__type\"\\s*:\\s*\"(?:[^\"#]*#)?([^\"]+)\"|<Code>([^<]+)<");

        private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)<");

        private final String code;
        private final String text;

        Refused(int status, String answer) {
            super("the upstream answered " + status + " " + answer);
            Matcher message = MESSAGE.matcher(answer);
            this.text = message.find() ? message.group(1) : "The upstream answered " + status;
            Matcher found = CODE.matcher(answer);
            String named = found.find() ? Objects.requireNonNullElse(found.group(1), found.group(2)) : "";
            this.code = named.isEmpty() && status == 413 ? "RequestEntityTooLarge" : named;
        }

        /// What an answer in XML says about it.
        public String text() {
            return text;
        }

        /// AWS's name of the error; empty when the answer has none.
        public String code() {
            return code;
        }
    }

    /// Sends a request of Podium's own, signed, as `POST /`.
    ///
    /// @param service signing name
    /// @param region of the resource
    /// @param contentType of the body
    /// @param more further headers, names and values by turns
    /// @return the body of the answer
    /// @throws Refused when the upstream answers an error
    /// @throws IOException when it is away
    public String call(String service, String region, String contentType, byte[] body, String... more)
            throws IOException, InterruptedException {
        HttpRequest.Builder builder = signed("POST", service, region, "/", null, contentType, body)
                .timeout(OWN_CALL_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(body));
        for (int i = 0; i < more.length; i += 2) {
            builder.header(more[i], more[i + 1]);
        }
        HttpResponse<InputStream> response = client().send(builder.build(), BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            String answer = new String(in.readNBytes(LARGEST_OWN_ANSWER), StandardCharsets.UTF_8);
            if (response.statusCode() >= 300) {
                throw refused(response.statusCode(), answer);
            }
            if (service.equals("events") && answer.contains("\"ErrorCode\"")) {
                throw new IOException("the upstream refused the entry: " + answer);
            }
            return answer;
        }
    }

    /// Opens an object of Podium's own need, such as a function's archive, signed, as `GET`.
    ///
    /// @param path with percent escapes
    /// @throws Refused when the upstream answers an error
    /// @throws IOException when it is away
    public InputStream open(String service, String region, String path, @Nullable String query)
            throws IOException, InterruptedException {
        HttpRequest request = signed("GET", service, region, path, query, null, new byte[0])
                .timeout(OWN_CALL_TIMEOUT)
                .build();
        HttpResponse<InputStream> response = client().send(request, BodyHandlers.ofInputStream());
        if (response.statusCode() == 200) {
            return response.body();
        }
        try (InputStream in = response.body()) {
            throw refused(response.statusCode(), new String(in.readNBytes(LARGEST_OWN_ANSWER), StandardCharsets.UTF_8));
        }
    }

    private static Refused refused(int status, String answer) {
        return new Refused(status, answer.length() > 500 ? answer.substring(0, 500) : answer);
    }

    private HttpRequest.Builder signed(
            String method,
            String service,
            String region,
            String at,
            @Nullable String query,
            @Nullable String contentType,
            byte[] body) {
        String date = SigV4.text(clock.instant());
        String host = base.getPort() < 0 ? base.getHost() : base.getHost() + ":" + base.getPort();
        String path = (base.getRawPath() == null ? "" : base.getRawPath()) + at;
        String sha = HexFormat.of().formatHex(SigV4.sha256().digest(body));
        Headers headers = Headers.builder()
                .addIfPresent("content-type", contentType)
                .add("host", host)
                .add("x-amz-content-sha256", sha)
                .add("x-amz-date", date)
                .build();
        String names = (contentType == null ? "" : "content-type;") + SIGNED;
        Request request = new Request(
                method,
                path,
                query,
                headers,
                new ByteArrayInputStream(body),
                body.length,
                InetSocketAddress.createUnresolved(base.getHost(), Math.max(0, base.getPort())));
        Credential credential = new Credential(accessKeyId, date.substring(0, 8), region, service, names, "", false);
        String signature = SigV4.signature(secretAccessKey, date, request, Form.parse(query), credential, body);
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path + (query == null ? "" : "?" + query)));
        headers.forEach((name, value) -> pass(builder, name, value));
        return builder.header(VIA, mark)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + accessKeyId + "/" + credential.date() + "/" + region + "/"
                                + service + "/aws4_request, SignedHeaders=" + names + ", Signature=" + signature);
    }

    @Override
    public void close() {
        HttpClient made = client;
        if (made != null) {
            made.shutdownNow();
        }
    }
}
