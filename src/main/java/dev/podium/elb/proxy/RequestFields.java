package dev.podium.elb.proxy;

import dev.podium.http.wire.WireHeaders;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// The header fields with which a request goes to a target, and an answer to the client.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html">HTTP
///     headers and Application Load Balancers</a>
final class RequestFields {
    private static final HexFormat HEX = HexFormat.of();
    private static final int MAX_FORWARDED = 30;
    private static final String[] HOP = {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Transfer-Encoding",
        "Upgrade",
        "Content-Length",
        "Expect",
        "Host",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Amzn-Trace-Id"
    };
    private static final String[] ANSWER_HOP = {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"
    };

    private RequestFields() {}

    /// Whether there are more addresses in `X-Forwarded-For` than a load balancer takes (463).
    static boolean isForwardedTooOften(WireHeaders headers) {
        long count = 0;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.is(i, "X-Forwarded-For")) {
                count += 1 + headers.value(i).chars().filter(c -> c == ',').count();
            }
        }
        return count > MAX_FORWARDED;
    }

    /// The fields for the target.
    ///
    /// @param upgrade the protocol that the client wants to change to; null for none
    static WireHeaders forTarget(Incoming request, RequestTarget target, HttpRoutes routes, @Nullable String upgrade) {
        WireHeaders from = request.headers();
        WireHeaders.Builder fields = WireHeaders.builder();
        fields.add("Host", host(request, target, routes));
        String named = from.first("Connection");
        for (int i = 0; i < from.size(); i++) {
            if (!isAny(from, i, HOP)
                    && (named == null || !from.lists("Connection", from.name(i)))
                    && !(routes.balancer().dropInvalidHeaders() && !isPlain(from.name(i)))) {
                fields.copy(from, i);
            }
        }
        if (upgrade != null) {
            fields.add("Connection", "Upgrade").add("Upgrade", upgrade);
        }
        if (from.lists("TE", "trailers")) {
            fields.add("TE", "trailers");
        }
        forwarded(fields, request, routes.balancer());
        SSLSession tls = request.tls();
        if (tls != null && routes.balancer().tlsHeaders()) {
            fields.add(routes.listener().tlsVersionName(), tls.getProtocol());
            fields.add(routes.listener().tlsCipherName(), opensslName(tls.getCipherSuite()));
        }
        return fields.build();
    }

    /// What OpenSSL calls a cipher suite.
    private static String opensslName(String suite) {
        if (!suite.contains("_WITH_")) {
            return suite;
        }
        return suite.replace("TLS_RSA_WITH_", "")
                .replaceFirst("^TLS_", "")
                .replace("_WITH_", "-")
                .replace("_CBC_", "-")
                .replace("AES_", "AES")
                .replace('_', '-');
    }

    private static void forwarded(WireHeaders.Builder fields, Incoming request, LoadBalancer.Attributes attributes) {
        WireHeaders from = request.headers();
        String before = String.join(", ", from.all("X-Forwarded-For"));
        switch (attributes.forwardedFor()) {
            case APPEND -> {
                String client = address(request.remote().getAddress());
                String own = attributes.clientPort()
                        ? client + ":" + request.remote().getPort()
                        : client;
                fields.add("X-Forwarded-For", before.isEmpty() ? own : before + ", " + own);
            }
            case PRESERVE -> fields.addIfPresent("X-Forwarded-For", before.isEmpty() ? null : before);
            case REMOVE -> {
                // as it says
            }
        }
        fields.add("X-Forwarded-Proto", request.tls() == null ? "http" : "https");
        fields.add("X-Forwarded-Port", Integer.toString(request.port()));
        fields.add("X-Amzn-Trace-Id", trace(from.first("X-Amzn-Trace-Id")));
    }

    private static String address(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static String trace(@Nullable String given) {
        String id = "1-" + HEX.toHexDigits((int) (System.currentTimeMillis() / 1000)) + "-" + random();
        if (given == null || given.isBlank()) {
            return "Root=" + id;
        }
        if (!given.contains("Root=")) {
            return "Root=" + id + ";" + given;
        }
        StringBuilder kept = new StringBuilder("Self=" + id);
        for (String part : given.split(";", -1)) {
            if (!part.strip().startsWith("Self=") && !part.isBlank()) {
                kept.append(';').append(part.strip());
            }
        }
        return kept.toString();
    }

    private static String random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextInt());
    }

    private static String host(Incoming request, RequestTarget target, HttpRoutes routes) {
        String sent = Objects.requireNonNullElse(request.headers().first("Host"), "");
        if (routes.balancer().preserveHost() || sent.isEmpty()) {
            return sent;
        }
        int usual = request.tls() == null ? 80 : 443;
        boolean hasPort = sent.length() > target.host().length()
                && sent.toLowerCase(Locale.ROOT).startsWith(target.host());
        if (request.port() == usual) {
            return sent.endsWith(":" + usual) ? sent.substring(0, sent.lastIndexOf(':')) : sent;
        }
        return hasPort || RequestTarget.host(sent).length() != sent.length() ? sent : sent + ":" + request.port();
    }

    private static boolean isPlain(String name) {
        return name.chars()
                .allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    }

    private static boolean isAny(WireHeaders headers, int field, String[] names) {
        for (String name : names) {
            if (headers.is(field, name)) {
                return true;
            }
        }
        return false;
    }

    /// The fields of a target's answer that go on to the client.
    ///
    /// @param bodiless whether the answer has no body, and so may state the length that it would
    ///     have
    static WireHeaders.Builder forClient(WireHeaders from, Listener.Attributes listener, boolean bodiless) {
        WireHeaders.Builder fields = WireHeaders.builder();
        String named = from.first("Connection");
        boolean dated = false;
        for (int i = 0; i < from.size(); i++) {
            boolean dropped = isAny(from, i, ANSWER_HOP)
                    || (!bodiless && from.is(i, "Content-Length"))
                    || (!listener.serverHeader() && from.is(i, "Server"))
                    || (named != null && from.lists("Connection", from.name(i)))
                    || isReplaced(from, i, listener);
            dated |= from.is(i, "Date");
            if (!dropped) {
                fields.copy(from, i);
            }
        }
        if (!dated) {
            fields.add("Date", Answers.date());
        }
        listener.responseHeaders().forEach(fields::add);
        return fields;
    }

    private static boolean isReplaced(WireHeaders from, int field, Listener.Attributes listener) {
        if (listener.responseHeaders().isEmpty()) {
            return false;
        }
        return listener.responseHeaders().keySet().stream().anyMatch(name -> from.is(field, name));
    }
}
