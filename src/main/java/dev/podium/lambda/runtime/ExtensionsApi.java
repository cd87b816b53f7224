package dev.podium.lambda.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lambda's Extensions API, version 2020-01-01.
///
/// An invocation does not wait for the extensions: an event that comes while one is still at work is queued for it.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html">Extensions API</a>
final class ExtensionsApi {
    private static final System.Logger LOG = System.getLogger(ExtensionsApi.class.getName());
    private static final int MAX_BODY = 64 << 10;
    private static final Set<String> EVENTS = Set.of("INVOKE", "SHUTDOWN");

    private ExtensionsApi() {}

    /// Handles a request.
    ///
    /// @param path what follows `/2020-01-01/extension/`
    static void handle(RuntimeSession session, WireExchange x, String path) throws IOException {
        switch (x.method() + " " + path) {
            case "POST register" -> register(session, x);
            case "GET event/next" -> {
                String id = identified(session, x);
                if (id != null) {
                    session.extensions().next(id, x);
                }
            }
            case "POST init/error", "POST exit/error" -> {
                String id = identified(session, x);
                if (id != null) {
                    String name = session.extensions().name(id).orElse("");
                    LOG.log(Level.WARNING, "extension failed name={0} at={1}", name, path);
                    RuntimeAnswers.accepted(x);
                }
            }
            default -> RuntimeAnswers.notFound(x);
        }
    }

    private static void register(RuntimeSession session, WireExchange x) throws IOException {
        String name = x.headers().first("Lambda-Extension-Name");
        if (name == null || name.isEmpty() || name.length() > 128) {
            RuntimeAnswers.error(x, 400, "Extension.InvalidExtensionName", "Empty or too long extension name");
            return;
        }
        byte[] body = x.body().readNBytes(MAX_BODY);
        Set<String> events = new LinkedHashSet<>();
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            for (JsonNode event : json.path("events")) {
                events.add(event.asText());
            }
        } catch (IOException e) {
            RuntimeAnswers.error(x, 400, "InvalidRequestFormat", "the body is no JSON");
            return;
        }
        if (!EVENTS.containsAll(events)) {
            RuntimeAnswers.error(x, 400, "Extension.InvalidEventType", "events can be INVOKE and SHUTDOWN");
            return;
        }
        session.extensions().register(x, name, Set.copyOf(events));
    }

    private static @Nullable String identified(RuntimeSession session, WireExchange x) throws IOException {
        String id = x.headers().first("Lambda-Extension-Identifier");
        if (id == null) {
            RuntimeAnswers.error(x, 403, "Extension.MissingHeader", "Missing Lambda-Extension-Identifier header");
            return null;
        }
        if (!isUuid(id)) {
            RuntimeAnswers.error(x, 403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier");
            return null;
        }
        if (session.extensions().name(id).isEmpty()) {
            RuntimeAnswers.error(x, 403, "Extension.UnknownExtensionIdentifier", "Unknown extension");
            return null;
        }
        return id;
    }

    private static boolean isUuid(String id) {
        try {
            return UUID.fromString(id).toString().equals(id);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
