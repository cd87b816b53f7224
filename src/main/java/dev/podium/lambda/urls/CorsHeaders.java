package dev.podium.lambda.urls;

import dev.podium.http.Headers;
import dev.podium.http.Request;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The headers by which a function URL tells browsers who may call it. Where they are configured, the
/// function's own ones don't count.
///
/// @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">CORS protocol</a>
final class CorsHeaders {
    private static final String PREFIX = "access-control-";
    private static final String ANY = "*";

    private CorsHeaders() {}

    /// Tells whether a browser asks first whether it may send another request.
    static boolean isPreflight(Request request) {
        return request.method().equals("OPTIONS")
                && request.headers().first("Origin") != null
                && request.headers().first("Access-Control-Request-Method") != null;
    }

    /// The headers of the answer to such a question; none of them when the answer is no.
    static Headers preflight(Cors cors, Request request) {
        String origin = request.headers().first("Origin");
        String method = request.headers().first("Access-Control-Request-Method", "");
        Headers.Builder headers = Headers.builder();
        if (!allows(cors.allowMethods(), method) || !origin(headers, cors, origin)) {
            return headers.build();
        }
        list(headers, "Access-Control-Allow-Methods", cors.allowMethods());
        list(headers, "Access-Control-Allow-Headers", cors.allowHeaders());
        if (cors.maxAge() != null) {
            headers.add("Access-Control-Max-Age", Integer.toString(cors.maxAge()));
        }
        return headers.build();
    }

    /// Adds the headers of an ordinary answer.
    static void answer(Headers.Builder headers, @Nullable Cors cors, Request request) {
        if (cors != null && origin(headers, cors, request.headers().first("Origin"))) {
            list(headers, "Access-Control-Expose-Headers", cors.exposeHeaders());
        }
    }

    /// Tells whether a header of the function gives way to the configuration.
    static boolean overrides(@Nullable Cors cors, String name) {
        return cors != null && name.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    private static boolean origin(Headers.Builder headers, Cors cors, @Nullable String origin) {
        if (origin == null || !allows(cors.allowOrigins(), origin)) {
            return false;
        }
        boolean credentials = Boolean.TRUE.equals(cors.allowCredentials());
        // Browsers refuse the wildcard together with credentials.
        boolean any = !credentials
                && cors.allowOrigins() != null
                && cors.allowOrigins().contains(ANY);
        headers.add("Access-Control-Allow-Origin", any ? ANY : origin);
        if (!any) {
            headers.add("Vary", "Origin");
        }
        if (credentials) {
            headers.add("Access-Control-Allow-Credentials", "true");
        }
        return true;
    }

    private static boolean allows(@Nullable List<String> allowed, String value) {
        return allowed != null && allowed.stream().anyMatch(each -> each.equals(ANY) || each.equalsIgnoreCase(value));
    }

    private static void list(Headers.Builder headers, String name, @Nullable List<String> values) {
        if (values != null && !values.isEmpty()) {
            headers.add(name, String.join(",", values));
        }
    }
}
