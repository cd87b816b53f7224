package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lambda's Extensions API, version 2020-01-01.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html">Extensions API</a>
final class ExtensionsApi {
    private static final int MAX_BODY = 64 << 10;
    private static final int MAX_NAME = 128;
    private static final Set<String> EVENTS = Set.of("INVOKE", "SHUTDOWN");

    private ExtensionsApi() {}

    /// Handles a request.
    ///
    /// @param path what follows `/2020-01-01/extension/`
    static void handle(RuntimeSession session, WireExchange x, String path) throws IOException {
        switch (x.method() + " " + path) {
            case "POST register" -> register(session, x);
            case "GET event/next" -> next(session, x);
            case "POST init/error" -> report(session, x, "Extension.InitError");
            case "POST exit/error" -> report(session, x, "Extension.ExitError");
            default -> RuntimeAnswers.notFound(x);
        }
    }

    private static void register(RuntimeSession session, WireExchange x) throws IOException {
        byte[] body = x.body().readNBytes(MAX_BODY);
        String name = x.headers().first("Lambda-Extension-Name");
        if (name == null || name.isEmpty() || name.length() > MAX_NAME) {
            RuntimeAnswers.error(
                    x,
                    400,
                    "Extension.InvalidExtensionName",
                    "Lambda-Extension-Name has to be the extension's file name, of at most 128 characters");
            return;
        }
        Set<String> events = events(x, body);
        if (events == null) {
            return;
        }
        Extensions.Registration registration = session.extensions().register(name, Set.copyOf(events));
        String id = registration.id();
        if (id == null) {
            refuse(x, Objects.requireNonNull(registration.error()));
            return;
        }
        FunctionFacts facts = session.telemetry().facts();
        ObjectNode about = Json.object()
                .put("functionName", facts.name())
                .put("functionVersion", facts.version())
                .put("handler", facts.handler());
        if (facts.account() != null && wantsAccount(x)) {
            about.put("accountId", facts.account());
        }
        WireHeaders headers = WireHeaders.of("Content-Type", "application/json", "Lambda-Extension-Identifier", id);
        RuntimeAnswers.json(x, 200, headers, about.toString().getBytes(UTF_8));
    }

    private static boolean wantsAccount(WireExchange x) {
        String features = Objects.requireNonNullElse(x.headers().first("Lambda-Extension-Accept-Feature"), "");
        for (String feature : features.split(",", -1)) {
            if (feature.strip().equals("accountId")) {
                return true;
            }
        }
        return false;
    }

    /// The events that a body names, none if there is no body; null, having answered, when they can't be
    /// read.
    private static @Nullable Set<String> events(WireExchange x, byte[] body) throws IOException {
        Set<String> events = new LinkedHashSet<>();
        if (body.length == 0) {
            return events;
        }
        JsonNode given;
        try {
            given = Json.MAPPER.readTree(body).path("events");
        } catch (IOException e) {
            RuntimeAnswers.error(x, 400, "InvalidRequestFormat", "the body is no JSON");
            return null;
        }
        if (!given.isArray() && !given.isMissingNode() && !given.isNull()) {
            RuntimeAnswers.error(x, 400, "InvalidRequestFormat", "events has to be an array");
            return null;
        }
        for (JsonNode event : given) {
            if (!EVENTS.contains(event.asText())) {
                RuntimeAnswers.error(
                        x, 400, "Extension.InvalidEventType", "Invalid event type: events can be INVOKE and SHUTDOWN");
                return null;
            }
            events.add(event.asText());
        }
        return events;
    }

    private static void next(RuntimeSession session, WireExchange x) throws IOException {
        String id = identified(session, x);
        if (id == null) {
            return;
        }
        ExtensionError error = session.extensions().next(id, x);
        if (error != null) {
            refuse(x, error);
        }
    }

    private static void report(RuntimeSession session, WireExchange x, String type) throws IOException {
        x.body().readNBytes(MAX_BODY);
        String id = identified(session, x);
        if (id == null) {
            return;
        }
        String reason = x.headers().first("Lambda-Extension-Function-Error-Type");
        if (reason == null || reason.isEmpty()) {
            RuntimeAnswers.error(
                    x, 400, "Extension.MissingHeader", "Missing Lambda-Extension-Function-Error-Type header");
            return;
        }
        ExtensionError error = session.extensions().report(id, type, reason);
        if (error == null) {
            RuntimeAnswers.accepted(x);
        } else {
            refuse(x, error);
        }
    }

    private static void refuse(WireExchange x, ExtensionError error) throws IOException {
        RuntimeAnswers.error(x, error.status(), error.errorType(), error.message());
    }

    /// The identifier that a request carries; null, having answered, when it isn't one of this environment.
    static @Nullable String identified(RuntimeSession session, WireExchange x) throws IOException {
        String id = x.headers().first("Lambda-Extension-Identifier");
        if (id == null) {
            RuntimeAnswers.error(x, 403, "Extension.MissingHeader", "Missing Lambda-Extension-Identifier header");
            return null;
        }
        if (!isUuid(id)) {
            RuntimeAnswers.error(x, 403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier");
            return null;
        }
        if (session.extensions().name(id) == null) {
            RuntimeAnswers.error(
                    x, 403, "Extension.UnknownExtensionIdentifier", "Unknown extension: it has to register first");
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
