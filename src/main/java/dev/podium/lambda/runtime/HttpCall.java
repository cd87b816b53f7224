package dev.podium.lambda.runtime;

import java.io.InputStream;
import java.util.List;
import java.util.Map;

/// A request that goes to the web server in a pod as it came.
///
/// @param target path and query, encoded
/// @param headers without those of the connection, `Host` and `Content-Length`
/// @param body read while it is sent
/// @param length of the body, or -1 when it isn't known
public record HttpCall(
        String method, String target, List<Map.Entry<String, String>> headers, InputStream body, long length) {}
