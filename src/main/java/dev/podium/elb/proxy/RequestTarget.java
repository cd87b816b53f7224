package dev.podium.elb.proxy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a request is for.
///
/// @param path  as sent, starting with a slash
/// @param query without question mark; null if there is none
/// @param host  in lower case, without port
record RequestTarget(String path, @Nullable String query, String host) {
    /// Takes a request apart.
    ///
    /// @return null if its target has no form that a proxy can pass on
    static @Nullable RequestTarget of(Incoming request) {
        String target = request.target();
        String authority = request.headers().first("Host");
        if (target.startsWith("http://") || target.startsWith("https://")) {
            int start = target.indexOf("//") + 2;
            int slash = target.indexOf('/', start);
            int query = target.indexOf('?', start);
            int end = slash < 0 ? query : query < 0 ? slash : Math.min(slash, query);
            authority = end < 0 ? target.substring(start) : target.substring(start, end);
            target = end < 0 ? "/" : target.charAt(end) == '/' ? target.substring(end) : "/" + target.substring(end);
        }
        if (!target.startsWith("/") && !(target.equals("*") && request.method().equals("OPTIONS"))) {
            return null;
        }
        int query = target.indexOf('?');
        return new RequestTarget(
                query < 0 ? target : target.substring(0, query),
                query < 0 ? null : target.substring(query + 1),
                host(authority == null ? "" : authority));
    }

    /// The host of `host:port`, in lower case.
    static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon > authority.lastIndexOf(']') && colon >= 0;
        return (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    }

    /// Path and query, as they go to a target.
    String line() {
        return query == null ? path : path + "?" + query;
    }
}
