package dev.podium.lambda.urls;

import dev.podium.http.Request;
import org.jspecify.annotations.Nullable;

/// Where a request finds a function URL: by its host name, or by a path for clients without wildcard names.
///
/// @param id of the URL
/// @param rawPath the path that the function sees, starting with a slash
record UrlHost(String id, String rawPath) {
    /// What stands between the id and the region in a host name.
    static final String MARK = ".lambda-url.";

    private static final String PATH = "/_podium/url/";
    private static final int ID_LENGTH = 32;

    /// The URL that a request names; null when it names none.
    static @Nullable UrlHost of(Request request) {
        String host = request.headers().first("Host");
        if (host != null && host.length() > ID_LENGTH && host.startsWith(MARK, ID_LENGTH)) {
            return new UrlHost(host.substring(0, ID_LENGTH), request.rawPath());
        }
        String path = request.rawPath();
        if (!path.startsWith(PATH)) {
            return null;
        }
        int slash = path.indexOf('/', PATH.length());
        return slash < 0
                ? new UrlHost(path.substring(PATH.length()), "/")
                : new UrlHost(path.substring(PATH.length(), slash), path.substring(slash));
    }
}
