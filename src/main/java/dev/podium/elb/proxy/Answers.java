package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.http.wire.WireHeaders;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/// What a load balancer answers by itself: errors with AWS's small pages, redirects, fixed
/// responses.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html">
///     Troubleshooting</a>
final class Answers {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'")
            .withLocale(Locale.US)
            .withZone(ZoneOffset.UTC);
    private static volatile Date date = new Date(0, "");

    private Answers() {}

    private record Date(long second, String text) {}

    /// An error with its page.
    static Answer.Local error(int status) {
        return page(status, WireHeaders.builder());
    }

    private static Answer.Local page(int status, WireHeaders.Builder headers) {
        String title = status + " " + reason(status);
        String html = "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title
                + "</h1></center>\r\n</body>\r\n</html>\r\n";
        return local(status, headers, "text/html", html);
    }

    private static Answer.Local local(int status, WireHeaders.Builder headers, String type, String body) {
        headers.add("Server", "awselb/2.0").add("Date", date());
        if (!body.isEmpty()) {
            headers.add("Content-Type", type);
        }
        return new Answer.Local(status, reason(status), headers.build(), body.getBytes(UTF_8));
    }

    /// The answer that a rule fixes.
    static Answer.Local fixed(Action.FixedResponse action) {
        String type = Objects.requireNonNullElse(action.contentType(), "text/plain");
        return local(
                action.status(),
                WireHeaders.builder(),
                type.startsWith("text/") ? type + "; charset=utf-8" : type,
                Objects.requireNonNullElse(action.body(), ""));
    }

    /// A redirect of a request.
    static Answer.Local redirect(Action.Redirect action, Incoming request, RequestTarget target) {
        String protocol = request.tls() == null ? "http" : "https";
        String location = action.protocol().toLowerCase(Locale.ROOT).replace("#{protocol}", protocol) + "://"
                + filled(action.host(), request, target) + ":" + filled(action.port(), request, target)
                + filled(action.path(), request, target);
        String query = filled(action.query(), request, target);
        return page(
                action.status(),
                WireHeaders.builder().add("Location", query.isEmpty() ? location : location + "?" + query));
    }

    private static String filled(String text, Incoming request, RequestTarget target) {
        if (text.indexOf("#{") < 0) {
            return text;
        }
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (int start = text.indexOf("#{"); start >= 0; start = text.indexOf("#{", at)) {
            int end = text.indexOf('}', start);
            if (end < 0) {
                break;
            }
            filled.append(text, at, start);
            filled.append(
                    switch (text.substring(start + 2, end)) {
                        case "protocol" -> request.tls() == null ? "http" : "https";
                        case "host" -> target.host();
                        case "port" -> Integer.toString(request.port());
                        case "path" -> target.path().substring(1);
                        case "query" -> Objects.requireNonNullElse(target.query(), "");
                        default -> text.substring(start, end + 1);
                    });
            at = end + 1;
        }
        return filled.append(text, at, text.length()).toString();
    }

    /// The time for a `Date` header.
    static String date() {
        long second = System.currentTimeMillis() / 1000;
        Date known = date;
        if (known.second() != second) {
            known = new Date(second, date(Instant.ofEpochSecond(second)));
            date = known;
        }
        return known.text();
    }

    /// A time as HTTP writes it.
    static String date(Instant time) {
        return FORMAT.format(time);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Not Allowed";
            case 408 -> "Request Time-out";
            case 413 -> "Request Entity Too Large";
            case 414 -> "Request-URI Too Large";
            case 463 -> "Too Many Addresses";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Temporarily Unavailable";
            case 504 -> "Gateway Time-out";
            case 505 -> "HTTP Version Not Supported";
            default -> "Status";
        };
    }
}
