package dev.podium.kube;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One thing to ask of the API server.
///
/// @param verb as in a Role
/// @param resource as in a Role
/// @param method of HTTP
/// @param target path and query, without the server's own path
/// @param body JSON, or null for none
/// @param what the same in words, for messages: `create pod "x"`
@SuppressWarnings("ArrayRecordComponent") // never compared
record ApiCall(String verb, String resource, String method, String target, byte @Nullable [] body, String what) {
    /// Tells whether the answer goes on for as long as something happens.
    boolean streams() {
        return verb.equals("watch") || resource.equals("pods/log");
    }

    /// Percent-encodes one path segment or query value.
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
