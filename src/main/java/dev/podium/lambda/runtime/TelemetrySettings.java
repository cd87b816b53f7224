package dev.podium.lambda.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A checked subscription to telemetry.
///
/// @param schema what the subscriber's events look like
/// @param types of `platform`, `function` and `extension`
/// @param maxItems events that are collected at most before they are sent
/// @param maxBytes their size
/// @param timeout how long the first of them waits for others
/// @param tcp lines of JSON over a connection instead of HTTP
/// @param method `POST`, or `PUT` for the Logs API
/// @param port in the pod
/// @param path with its query, encoded
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html">Telemetry API</a>
record TelemetrySettings(
        Schema schema,
        Set<String> types,
        int maxItems,
        int maxBytes,
        Duration timeout,
        boolean tcp,
        String method,
        int port,
        String path) {
    private static final Set<String> TYPES = Set.of("platform", "function", "extension");
    private static final Set<String> HOSTS = Set.of("sandbox.localdomain", "sandbox");
    private static final List<String> TELEMETRY_VERSIONS = List.of("2022-07-01", "2022-12-13", "2025-01-29");
    private static final List<String> LOGS_VERSIONS = List.of("2020-08-15", "2021-03-18");
    /// The port of AWS's own Runtime API in an environment.
    private static final int RESERVED_PORT = 9001;

    /// What events look like.
    enum Schema {
        /// The Telemetry API's, the same in all its versions.
        TELEMETRY,
        /// The Logs API's of 2020-08-15.
        LOGS,
        /// The Logs API's of 2021-03-18, with `platform.runtimeDone`.
        LOGS_2021;

        boolean logs() {
            return this != TELEMETRY;
        }
    }

    /// A subscription can't be understood.
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(List<String> problems) {
            super(String.join("; ", problems), null, false, false);
        }
    }

    /// Reads and checks a request.
    ///
    /// @param logs whether it came by the Logs API
    /// @throws Invalid naming everything that is wrong
    static TelemetrySettings read(JsonNode request, boolean logs) throws Invalid {
        List<String> problems = new ArrayList<>();
        Schema schema = schema(request, logs, problems);
        JsonNode destination = request.path("destination");
        String protocol = destination.path("protocol").asText("");
        if (!protocol.equals("HTTP") && !protocol.equals("TCP")) {
            problems.add("destination protocol should be HTTP or TCP");
        }
        String method = destination.path("method").asText("POST");
        if (!method.equals("POST") && !(logs && method.equals("PUT"))) {
            problems.add("destination method should be POST" + (logs ? " or PUT" : ""));
        }
        if (!destination.path("encoding").asText("JSON").equals("JSON")) {
            problems.add("destination encoding should be JSON");
        }
        boolean tcp = protocol.equals("TCP");
        URI uri = tcp
                ? tcp(destination.path("port"), problems)
                : uri(destination.path("URI").asText(""), problems);
        Set<String> types = types(request.path("types"), problems);
        JsonNode buffering = request.path("buffering");
        int maxItems = number(buffering, "maxItems", 10_000, 1_000, 10_000, problems);
        int maxBytes = number(buffering, "maxBytes", 262_144, 262_144, 1_048_576, problems);
        int timeout = number(buffering, "timeoutMs", 1_000, 25, 30_000, problems);
        if (!problems.isEmpty() || uri == null) {
            throw new Invalid(problems);
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new TelemetrySettings(
                schema,
                types,
                maxItems,
                maxBytes,
                Duration.ofMillis(timeout),
                tcp,
                method,
                uri.getPort(),
                path + query);
    }

    private static Schema schema(JsonNode request, boolean logs, List<String> problems) {
        List<String> known = logs ? LOGS_VERSIONS : TELEMETRY_VERSIONS;
        String version = request.path("schemaVersion").asText(logs ? "2020-08-15" : "");
        if (!known.contains(version)) {
            problems.add("schemaVersion should be one of " + known);
        }
        return !logs ? Schema.TELEMETRY : version.equals("2021-03-18") ? Schema.LOGS_2021 : Schema.LOGS;
    }

    private static Set<String> types(JsonNode given, List<String> problems) {
        Set<String> types = new LinkedHashSet<>();
        given.forEach(type -> types.add(type.asText()));
        if (!given.isArray() || types.isEmpty()) {
            problems.add("types should not be empty");
        } else if (!TYPES.containsAll(types)) {
            problems.add("types should be of [platform, function, extension]");
        }
        return types;
    }

    private static int number(JsonNode in, String name, int usual, int least, int most, List<String> problems) {
        JsonNode given = in.path(name);
        if (given.isMissingNode() || given.isNull()) {
            return usual;
        }
        if (!given.isIntegralNumber() || given.asLong() < least || given.asLong() > most) {
            problems.add(name + " should be between " + least + " and " + most);
            return usual;
        }
        return given.asInt();
    }

    private static @Nullable URI tcp(JsonNode port, List<String> problems) {
        if (!port.isIntegralNumber() || port.asLong() < 1 || port.asLong() > 65_535) {
            problems.add("port should be between 1 and 65535");
            return null;
        }
        return checked(URI.create("http://sandbox.localdomain:" + port.asInt()), problems);
    }

    private static @Nullable URI uri(String text, List<String> problems) {
        try {
            return checked(new URI(text), problems);
        } catch (URISyntaxException e) {
            problems.add("URI is malformed");
            return null;
        }
    }

    private static URI checked(URI uri, List<String> problems) {
        String host = uri.getHost();
        if (!"http".equals(uri.getScheme())) {
            problems.add("URI scheme should be http");
        }
        if (host == null || !HOSTS.contains(host)) {
            problems.add("URI host should be sandbox.localdomain or sandbox");
        }
        if (uri.getPort() < 0) {
            problems.add("URI port is not provided");
        } else if (uri.getPort() == RESERVED_PORT || uri.getPort() == 0 || uri.getPort() > 65_535) {
            problems.add("URI port can't be used: " + uri.getPort());
        }
        return uri;
    }
}
